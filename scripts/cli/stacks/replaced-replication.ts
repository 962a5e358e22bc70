import { isAwsError, type DeployerAccess } from "../../aws";
import { replications, type Replication, type Topology } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";
import { bucketAt, readConfiguration } from "../../terraform/configuration";
import type { Stack } from "../../terraform/synthesised";

const TYPE = "aws_s3_bucket_replication_configuration";

/**
 * Finds existing buckets whose replication a plan would replace: a bucket has one replication configuration, and Terraform's provider
 * overwrites it without reading it first.
 * @returns a check for stack plans
 */
export function replacedReplication(
  topology: Topology,
  connect: () => DeployerAccess,
): (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]> {
  return async (stack, { changes }) => {
    const created = changes.filter(({ type, action }) => type === TYPE && action === "create");
    const configuration = created.length === 0 ? {} : readConfiguration(stack);
    const found = await concurrently(created, async ({ address }): Promise<readonly Diagnostic[]> => {
      const bucket = bucketAt(configuration, address);
      const replication = replications(topology).find(({ source }) => source.bucket === bucket);
      if (replication?.source.existing !== true) return [];
      const role = await foreignRoleOf(connect(), replication);
      if (role === undefined) return [];
      const summary = `${bucket} replicates already, by ${role}, and this would replace all of its rules`;
      return [{ severity: "error", summary, detail: "", address }];
    });
    return found.flat();
  };
}

/** If AWS refuses to show it, Terraform reports that. */
async function foreignRoleOf(
  deployer: DeployerAccess,
  { source, role }: Replication,
): Promise<string | undefined> {
  try {
    const found = await deployer.bucketReplication(source).roleOf(source.bucket);
    return found?.endsWith(`:role/${role}`) === true ? undefined : found;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return undefined;
  }
}
