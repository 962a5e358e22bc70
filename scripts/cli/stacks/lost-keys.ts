import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";

const KEY_TYPES = ["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key"];

/**
 * Finds keys that a plan would destroy: Terraform's state has them, and neither the topology nor the lock file does. No edit
 * leads there, because the lock file remembers every key; it is lost, or older than the state. The policy of each key would
 * refuse its deletion as well, in the middle of the apply.
 */
export function lostKeys({ changes }: Plan): readonly Diagnostic[] {
  return changes
    .filter(({ type, action }) => KEY_TYPES.includes(type) && action === "delete")
    .map(({ address }) => ({
      severity: "error",
      summary: `Terraform would destroy ${address}, a key that the lock file does not know`,
      detail: "",
      address,
    }));
}
