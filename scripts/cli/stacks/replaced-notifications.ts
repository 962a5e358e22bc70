import { isAwsError, type DeployerAccess } from "../../aws";
import { replications, type Replication, type Topology } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import { bucketAt, readConfiguration } from "../../terraform/configuration";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";
import type { Stack } from "../../terraform/synthesised";

const TYPE = "aws_s3_bucket_notification";

/**
 * Finds buckets whose notifications a plan would replace: a bucket has one notification configuration, and Terraform's provider
 * overwrites it without reading it first.
 * @returns a check for stack plans
 */
export function replacedNotifications(
  topology: Topology,
  connect: () => DeployerAccess,
): (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]> {
  return async (stack, { changes }) => {
    const created = changes.filter(({ type, action }) => type === TYPE && action === "create");
    const configuration = created.length === 0 ? {} : readConfiguration(stack);
    const found = await concurrently(created, async ({ address }): Promise<readonly Diagnostic[]> => {
      const bucket = bucketAt(configuration, address);
      const source = replications(topology).find((one) => one.source.bucket === bucket)?.source;
      if (source === undefined || !(await notifiesAlready(connect(), source))) return [];
      const summary = `${source.bucket} has event notifications already, and this would replace all of them: remove replicationEvents from the topology, and add the event s3:Replication:* to the existing notifications`;
      return [{ severity: "error", summary, detail: "", address }];
    });
    return found.flat();
  };
}

/** If AWS refuses to show it, Terraform reports that. */
async function notifiesAlready(deployer: DeployerAccess, source: Replication["source"]): Promise<boolean> {
  try {
    return await deployer.bucketReplication(source).notifies(source.bucket);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return false;
  }
}
