import type { AnswerEntry } from "../entry";

/** Jobs of S3 Batch Operations. Source: S3 Control API reference, CreateJob, DescribeJob, UpdateJobStatus. */
export const BATCH_JOB_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["IdempotencyException"],
    cause: "the same ClientRequestToken was sent before, with another manifest, operation, role or report",
    fix: "repeat the first request exactly to get its job, or send a new ClientRequestToken to create another job",
    side: "user",
  },
  {
    codes: ["EmptyManifest"],
    text: "Manifest generation found no keys matching the filter criteria",
    cause: "no object meets the job's filter, which is expected when everything is replicated already",
    fix: "if there should be some, check the prefix, the dates and the replication statuses of the job's filter: NONE finds objects that were never replicated, FAILED those that failed to replicate",
    side: "user",
    others: [
      {
        cause: "no replication rule of the source bucket applies to the objects (EligibleForReplication)",
        fix: "check the rules' filters, and SseKmsEncryptedObjects for objects encrypted under KMS keys",
        side: "caller",
      },
    ],
    distinguish:
      "a job without EligibleForReplication in its filter also finds objects to which no rule applies",
  },
  {
    codes: ["JobStatusException"],
    cause:
      "a job changes to Ready only while it waits for confirmation (Suspended), and to Cancelled only while it has not ended",
    fix: "check its status with aws s3control describe-job, and create a new job if this one has ended",
    side: "user",
  },
];
