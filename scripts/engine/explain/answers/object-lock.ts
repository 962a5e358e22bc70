import { DENIED, type AnswerEntry } from "../entry";

/** S3 Object Lock. Source: S3 user guide, "Locking objects with Object Lock", "Object Lock considerations". */
export const OBJECT_LOCK_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    text: "object protected by object lock",
    isSentence: false,
    cause: "a legal hold or a retention period protects this version of the object",
    fix: "wait until the retention ends, or remove the legal hold; in governance mode a principal with s3:BypassGovernanceRetention may delete it with --bypass-governance-retention, in compliance mode no principal may",
    side: "user",
    byHand: "aws s3api get-object-retention --bucket BUCKET --key KEY --version-id VERSION",
  },
  {
    codes: ["InvalidBucketState"],
    text: "An Object Lock configuration is present on this bucket",
    cause: "the bucket has Object Lock, which needs versioning and cannot be removed from a bucket",
    fix: "leave versioning on: it cannot be suspended on this bucket",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "Bucket is missing Object Lock Configuration",
    cause: "the call sets a retention or a legal hold, and the bucket has no Object Lock",
    fix: "enable Object Lock on the bucket (PutObjectLockConfiguration), which cannot be undone, or set no retention and no legal hold",
    side: "caller",
  },
  {
    codes: ["MissingRequestBodyError"],
    cause: "the call contains no document with the configuration to put",
    fix: "give the configuration with the call (--object-lock-configuration)",
    side: "user",
  },
  {
    codes: ["ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration"],
    cause: "the bucket has no Object Lock, or this version of the object has no retention and no legal hold",
    fix: "do nothing if none is expected; otherwise enable Object Lock on the bucket, and set a retention or a legal hold on the version",
    side: "user",
  },
];
