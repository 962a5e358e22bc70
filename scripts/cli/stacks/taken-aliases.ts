import { isAwsError, type DeployerAccess } from "../../aws";
import type { Topology } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import { nameAt, readConfiguration, siteOf } from "../../terraform/configuration";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";
import type { Stack } from "../../terraform/synthesised";

/**
 * Finds aliases that a plan creates and that already exist in AWS: the keys were deployed before, and neither the lock file nor
 * Terraform's state has them. If only the apply found it, at the alias, it would already have created another key.
 * @returns a check for stack plans
 */
export function takenAliases(
  topology: Topology,
  connect: () => DeployerAccess,
): (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]> {
  return async (stack, { changes }) => {
    const created = changes.filter(({ type, action }) => type === "aws_kms_alias" && action === "create");
    if (created.length === 0) return [];
    const configuration = readConfiguration(stack);
    const found = await concurrently(created, async ({ address }): Promise<readonly Diagnostic[]> => {
      const alias = nameAt(configuration, address);
      const { account: id, region } = siteOf(configuration, address);
      const account = topology.accounts.find((declared) => declared.id === id);
      if (alias === undefined || account === undefined || region === undefined) return [];
      const key = await holderOf(connect(), { account, region }, alias);
      if (key === undefined) return [];
      const summary = `${alias} names ${key} already, and the state of this stack does not hold it`;
      return [{ severity: "error", summary, detail: "", address }];
    });
    return found.flat();
  };
}

/** If AWS refuses to show it, Terraform reports that. */
async function holderOf(
  deployer: DeployerAccess,
  place: Parameters<DeployerAccess["keyLife"]>[0],
  alias: string,
): Promise<string | undefined> {
  try {
    return (await deployer.keyLife(place).describe(alias))?.arn;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return undefined;
  }
}
