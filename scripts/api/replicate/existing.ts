import type { Topology, TopologyInput } from "../../../topology";
import { replicateExisting as replicate } from "../../commands/replicate/existing";
import type { ReplicationJobResult } from "../../engine/results";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { BucketRuleOptions } from "./options";
import { bucketsOf } from "./session";

export interface ExistingOptions extends BucketRuleOptions {
  /** Only objects whose replication has failed. @default false: those that no rule concerned so far as well */
  readonly failedOnly?: boolean;
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
  /** Told of a job each time it was looked at. @default - nobody is told */
  readonly onJob?: (job: ReplicationJobResult) => void;
}

/**
 * Has S3 replicate objects that were there before the rules, or whose replication has failed: one job of S3 Batch Replication for each
 * source bucket, which is joined where it is in progress already. A job goes on at AWS when the waiting is aborted.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with every problem at once
 * @throws AwsCallError where AWS refuses to list, create or show a job
 * @throws KeyferryError `Interrupted` where it is aborted
 */
export function replicateExisting(
  topology: TopologyInput | Topology,
  options: ExistingOptions = {},
  world: World = systemWorld,
): Promise<readonly ReplicationJobResult[]> {
  const { rule, failedOnly, wait, onJob, ...common } = options;
  return inSession(world, topology, common, (session, { signal }) =>
    replicate({
      ...bucketsOf(world, session, rule === undefined ? {} : { rule }),
      clock: world.clock,
      seen: (job) => onJob?.(job),
      signal,
      ...(failedOnly === undefined ? {} : { failedOnly }),
      ...(wait === undefined ? {} : { wait }),
    }),
  );
}
