import type { AnswerEntry } from "../entry";

/** Jobs of S3 Batch Operations. Source: S3 Control API reference, CreateJob, DescribeJob, UpdateJobStatus. */
export const BATCH_JOB_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["IdempotencyException"],
    cause: "the same ClientRequestToken was sent before, with another manifest, operation, role or report",
    fix: "repeat the request exactly as it was sent first to get its job, or send a new ClientRequestToken to create another job",
    side: "user",
  },
  {
    codes: ["EmptyManifest"],
    text: "Manifest generation found no keys matching the filter criteria",
    cause: "no object meets the job's filter, which is what one hopes for where everything is replicated",
    fix: "see the prefix, the dates and the replication statuses of the job's filter where there should be some: NONE and FAILED for objects that were never replicated or have failed",
    side: "user",
    others: [
      {
        cause: "no rule of the source bucket takes the objects (EligibleForReplication)",
        fix: "see the rules' filters, and SseKmsEncryptedObjects for objects under KMS keys",
        side: "caller",
      },
    ],
    distinguish: "without EligibleForReplication in the filter a job finds objects that no rule takes",
  },
  {
    codes: ["JobStatusException"],
    cause:
      "a job changes to Ready only while it waits for confirmation (Suspended), and to Cancelled only while it has not ended",
    fix: "see its status with aws s3control describe-job, and create a new job where this one has ended",
    side: "user",
  },
];
