import type { ReplicationJobResult } from "../../engine/results";
import { rulesOf } from "./context";
import { bySource, runJob, type JobContext } from "./source-job";

export interface ExistingContext extends JobContext {
  /** Only objects whose replication has failed. @default false: those that no rule concerned so far as well */
  readonly failedOnly?: boolean;
}

/**
 * Has S3 replicate what was in the source buckets before their rules, and what has failed: one job of S3 Batch Replication for each
 * source. A job of ours that has not ended is joined, whoever has created it. A rule that leaves existing objects is passed over;
 * where one has them put under the source's key first, those that are not under a KMS key yet wait for that.
 */
export async function replicateExisting(context: ExistingContext): Promise<readonly ReplicationJobResult[]> {
  const { failedOnly = false } = context;
  const wanted = rulesOf(context).filter(({ existingObjects }) => existingObjects !== "leave");
  const results: ReplicationJobResult[] = [];
  for (const rules of bySource(wanted)) {
    const underKeysOnly = rules.some(({ existingObjects }) => existingObjects === "re-encrypt");
    results.push(
      await runJob(context, {
        rules,
        work: {
          operation: "replicate",
          statuses: failedOnly ? ["FAILED"] : ["NONE", "FAILED"],
          underKeysOnly,
        },
        objects: failedOnly ? "failed objects" : "existing objects",
      }),
    );
  }
  return results;
}
