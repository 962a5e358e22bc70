import type { Topology, TopologyInput } from "../../../topology";
import { reEncryptObjects as reEncrypt } from "../../commands/replicate/re-encrypt";
import type { ReplicationJobResult } from "../../engine/results";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { JobOptions } from "./options";
import { jobsOf } from "./session";

/**
 * Has S3 put objects of the topology's source buckets under their bucket's key where they lie (UpdateObjectEncryption), for rules whose
 * `existingObjects` is `re-encrypt`: those under SSE-S3 and under the source's `otherKeys`. One job of S3 Batch Operations for each
 * source, which takes only what is not under the key yet, and is joined where it is in progress already. A job goes on at AWS when the
 * waiting is aborted. `replicateExisting` replicates those objects then.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with every problem at once
 * @throws AwsCallError where AWS refuses to show a key, or to list, create or show a job
 * @throws KeyferryError `KeyNotFound` where a source has no key of that alias; `Interrupted` where it is aborted
 */
export function reEncryptObjects(
  topology: TopologyInput | Topology,
  options: JobOptions = {},
  world: World = systemWorld,
): Promise<readonly ReplicationJobResult[]> {
  const { rule, wait, onJob, ...common } = options;
  return inSession(world, topology, common, (session, { signal }) =>
    reEncrypt(jobsOf(world, session, signal, { rule, wait, onJob })),
  );
}
