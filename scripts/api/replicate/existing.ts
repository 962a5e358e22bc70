import type { Topology, TopologyInput } from "../../../topology";
import { replicateExisting as replicate } from "../../commands/replicate/existing";
import type { ReplicationJobResult } from "../../engine/results";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { JobOptions } from "./options";
import { jobsOf } from "./session";

export interface ExistingOptions extends JobOptions {
  /** Only objects whose replication has failed. @default false: those that no rule concerned so far as well */
  readonly failedOnly?: boolean;
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
      ...jobsOf(world, session, signal, { rule, wait, onJob }),
      ...(failedOnly === undefined ? {} : { failedOnly }),
    }),
  );
}
