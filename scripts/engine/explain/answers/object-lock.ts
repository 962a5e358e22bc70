import { DENIED, type AnswerEntry } from "../entry";

/** S3 Object Lock. Source: S3 user guide, "Locking objects with Object Lock", "Object Lock considerations". */
export const OBJECT_LOCK_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    text: "object protected by object lock",
    isSentence: false,
    cause: "a legal hold or a retention period protects this version of the object",
    fix: "wait until the retention ends, or take the legal hold off; under governance whoever has s3:BypassGovernanceRetention may delete it with --bypass-governance-retention, under compliance nobody may",
    side: "user",
    byHand: "aws s3api get-object-retention --bucket BUCKET --key KEY --version-id VERSION",
  },
  {
    codes: ["InvalidBucketState"],
    text: "An Object Lock configuration is present on this bucket",
    cause: "the bucket has Object Lock, which needs versioning and is never taken away again",
    fix: "leave versioning on",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "Bucket is missing Object Lock Configuration",
    cause: "the call sets a retention or a legal hold, and the bucket has no Object Lock",
    fix: "enable Object Lock on the bucket (PutObjectLockConfiguration), or set none; a bucket never loses it again",
    side: "caller",
  },
  {
    codes: ["MissingRequestBodyError"],
    cause: "the call brings no document with the configuration that it is to put",
    fix: "give the configuration with the call (--object-lock-configuration)",
    side: "user",
  },
  {
    codes: ["ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration"],
    cause: "the bucket has no Object Lock, or this version of the object has no retention and no legal hold",
    fix: "nothing, where none is expected; else enable Object Lock on the bucket, and put retention or legal hold on the version",
    side: "user",
  },
];
