import type { Topology, TopologyInput } from "../../../topology";
import { replicationStatus as statusOf } from "../../commands/replicate/status";
import type { ReplicationStatus } from "../../engine/results";
import { readInSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { BucketRuleOptions } from "./options";
import { bucketsOf } from "./session";

/**
 * Returns the replication state of the objects of the topology's buckets in each destination, and who must do what if some are not
 * replicated. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses to list a bucket
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function replicationStatus(
  topology: TopologyInput | Topology,
  options: BucketRuleOptions = {},
  world: World = systemWorld,
): Promise<readonly ReplicationStatus[]> {
  const { rule, ...common } = options;
  return readInSession(world, topology, common, (session) =>
    statusOf(bucketsOf(world, session, rule === undefined ? {} : { rule })),
  );
}
