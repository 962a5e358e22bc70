import type { ReplicationJobResult } from "../../engine/results";
import { rulesOf } from "./context";
import { bySource, runJob, type JobContext } from "./source-job";

export interface ExistingContext extends JobContext {
  /** Only objects whose replication failed. @default false: also those to which no rule applied so far */
  readonly failedOnly?: boolean;
}

/**
 * Replicates objects that were in the source buckets before their rules, and objects that failed: one job of S3 Batch Replication for
 * each source. A Keyferry job that has not ended is joined, regardless of who created it. A rule that excludes existing objects is
 * skipped; if a rule re-encrypts them first under the source's key, objects that are not under a KMS key yet wait for that.
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
