import type { Topology, TopologyInput } from "../../../topology";
import { reEncryptObjects as reEncrypt } from "../../commands/replicate/re-encrypt";
import type { ReplicationJobResult } from "../../engine/results";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import type { JobOptions } from "./options";
import { jobsOf } from "./session";

/**
 * Has S3 re-encrypt objects of the topology's source buckets in place with their bucket's key (UpdateObjectEncryption), for rules whose
 * `existingObjects` is `re-encrypt`: objects under SSE-S3 and under the source's `otherKeys`. Runs one S3 Batch Operations job for each
 * source, which selects only objects that are not under the key yet. A job that is already in progress is joined. If the wait is
 * aborted, the job continues in AWS. Afterwards `replicateExisting` replicates those objects.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses to describe a key, or to list, create or describe a job
 * @throws KeyferryError `KeyNotFound` if the alias of a source's key does not exist; `Interrupted` if it is aborted
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
