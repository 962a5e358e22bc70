import type { AnswerEntry } from "../entry";

/**
 * Why an object was not replicated, other than missing permissions, which are in storage.ts with S3's other errors.
 * Source: S3 user guide, "Amazon S3 replication failure reasons".
 */
export const REPLICATION_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["SrcObjectNotEligible"],
    cause:
      "no rule applies to the object: its key or tags are outside the rules' filters, it is under a KMS key and no rule has SseKmsEncryptedObjects, it is archived, or its version is from before versioning",
    fix: "check the filters of the bucket's rules, and set SourceSelectionCriteria.SseKmsEncryptedObjects with a ReplicaKmsKeyID for objects under KMS keys",
    side: "source",
    byHand: "aws s3api get-bucket-replication --bucket BUCKET",
  },
  {
    codes: ["DstObjectHardDeleted"],
    cause:
      "the replica was deleted at the destination by its version id; S3 does not replicate a version again that was deleted permanently",
    fix: "copy the object onto itself in the source bucket, which makes a new version that is replicated",
    side: "source",
  },
  {
    codes: ["DstVersionNotFound"],
    cause:
      "the version to which a change of metadata or a delete marker belongs is not in the destination, because it was never replicated or was deleted there",
    fix: "replicate the object itself first: keyferry replicate existing, or an S3 Batch Replication job",
    side: "source",
  },
  {
    codes: ["SrcVersionNotFound"],
    cause: "the version was deleted in the source before it could be replicated",
    fix: "nothing is left to replicate; leave the version out of the manifest",
    side: "user",
  },
  {
    codes: ["SrcBucketReplicationConfigMissing"],
    cause: "the source bucket has no replication rules any more, or none with the rule's id",
    fix: "put the replication configuration again, with the rule that the job or the object needs",
    side: "source",
  },
  {
    codes: ["SrcReplicationNotPending"],
    cause: "another process replicated the object in the meantime, or its replication failed",
    fix: "do nothing if its status is COMPLETED; otherwise replicate it again: keyferry replicate existing --failed",
    side: "user",
  },
  {
    codes: ["DstBucketInvalidRegion", "SrcBucketInvalidRegion"],
    cause:
      "the job and the bucket are not in the same Region, or the bucket was created again in a Region other than the one in the rules",
    fix: "create the job in the Region of the source bucket, and put the replication configuration again if a bucket has moved",
    side: "source",
  },
  {
    codes: ["DstBucketObjectLockConfigMissing"],
    cause: "the source bucket has Object Lock, and the destination bucket does not",
    fix: "the destination's account must enable Object Lock on its bucket, like the source",
    side: "caller",
  },
  {
    codes: ["SrcGetLegalHoldNotPermitted", "SrcGetRetentionNotPermitted"],
    cause:
      "the source bucket has Object Lock, and the replication role may not read legal holds or retention periods",
    fix: "the source's account must allow s3:GetObjectLegalHold and s3:GetObjectRetention on the bucket's objects to the replication role",
    side: "source",
  },
];
