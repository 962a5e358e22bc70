import type { Topology, TopologyInput } from "../../../topology";
import { replicateExisting as replicate } from "../../commands/replicate/existing";
import type { ReplicationJobResult } from "../../engine/results";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { JobOptions } from "./options";
import { jobsOf } from "./session";

export interface ExistingOptions extends JobOptions {
  /** Only objects whose replication has failed. @default false: also objects to which no rule has applied so far */
  readonly failedOnly?: boolean;
}

/**
 * Has S3 replicate objects that are older than the rules, or whose replication has failed, with one S3 Batch Replication job for each
 * source bucket. A job that is already in progress is joined. If the wait is aborted, the job continues in AWS.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses to list, create or describe a job
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function replicateExisting(
  topology: TopologyInput | Topology,
  options: ExistingOptions = {},
  world: World = systemWorld,
): Promise<readonly ReplicationJobResult[]> {
  const { rule, failedOnly, wait, onJob, ...common } = options;
  return inSession(world, topology, common, (session, { signal }) =>
    replicate({
      ...jobsOf(world, session, signal, { rule, wait, onJob }),
      ...(failedOnly === undefined ? {} : { failedOnly }),
    }),
  );
}
