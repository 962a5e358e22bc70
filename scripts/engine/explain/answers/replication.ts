import type { AnswerEntry } from "../entry";

/**
 * Why an object was not replicated, where it is no permission: those are beside S3's other refusals.
 * Source: S3 user guide, "Amazon S3 replication failure reasons".
 */
export const REPLICATION_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["SrcObjectNotEligible"],
    cause:
      "no rule takes the object: its key or tags are outside the rules' filters, it is under a KMS key and no rule has SseKmsEncryptedObjects, it is archived, or its version is from before versioning",
    fix: "see the filters of the bucket's rules, and set SourceSelectionCriteria.SseKmsEncryptedObjects with a ReplicaKmsKeyID for objects under KMS keys",
    side: "source",
    byHand: "aws s3api get-bucket-replication --bucket BUCKET",
  },
  {
    codes: ["DstObjectHardDeleted"],
    cause:
      "the replica was deleted at the destination by its version id; S3 does not write a version again that was deleted for good",
    fix: "copy the object in place in the source, which makes a new version that is replicated",
    side: "source",
  },
  {
    codes: ["DstVersionNotFound"],
    cause:
      "the version to which a change of metadata or a delete marker belongs is not in the destination, because it was never replicated or was deleted there",
    fix: "have the object itself replicated first: keyferry replicate existing, or an S3 Batch Replication job",
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
    cause: "the object was replicated, or given up, by somebody else meanwhile",
    fix: "nothing, where its status is COMPLETED; else have it replicated again: keyferry replicate existing --failed",
    side: "user",
  },
  {
    codes: ["DstBucketInvalidRegion", "SrcBucketInvalidRegion"],
    cause:
      "the job and the bucket are not in the same Region, or the bucket was made anew in another Region than the rules know",
    fix: "create the job in the Region of the source bucket, and put the replication configuration again where a bucket has moved",
    side: "source",
  },
  {
    codes: ["DstBucketObjectLockConfigMissing"],
    cause: "the source bucket has Object Lock, and the destination has not",
    fix: "the destination's account must enable Object Lock on its bucket, as the source has it",
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
