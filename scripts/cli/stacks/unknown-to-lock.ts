import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";

/** Resource types that no edit of the topology destroys, with their names in messages. */
const KEPT: ReadonlyMap<string, string> = new Map([
  ["aws_kms_key", "a key"],
  ["aws_kms_external_key", "a key"],
  ["aws_kms_replica_external_key", "a key"],
  ["aws_kms_replica_key", "a key"],
  ["aws_s3_bucket", "a bucket"],
]);

/**
 * Finds keys and buckets that a plan would destroy: Terraform's state has them, and neither the topology nor the lock file does. No edit
 * causes this, because the lock file records each of them: the lock file was lost, or is older than the state. Their policies would
 * also refuse the deletion, but only in the middle of the apply.
 */
export function unknownToLock({ changes }: Plan): readonly Diagnostic[] {
  return changes
    .filter(({ type, action }) => KEPT.has(type) && action === "delete")
    .map(({ address, type }) => ({
      severity: "error",
      summary: `Terraform would destroy ${address}, ${KEPT.get(type)} that the lock file does not know`,
      detail: "",
      address,
    }));
}
