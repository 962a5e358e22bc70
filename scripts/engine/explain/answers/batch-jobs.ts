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
    codes: ["JobStatusException"],
    cause:
      "a job changes to Ready only while it waits for confirmation (Suspended), and to Cancelled only while it has not ended",
    fix: "see its status with aws s3control describe-job, and create a new job where this one has ended",
    side: "user",
  },
];
