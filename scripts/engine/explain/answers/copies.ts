import type { AnswerEntry } from "../entry";

/** What may be wrong with the copy that is being created or deleted. */
export const COPY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["InvalidAMIName.Duplicate"],
    cause: "account <account> has another image of this name in <region>, which is not this copy",
    fix: "account <account> must deregister that image, or account <source> must make the source image under another name: an image's name cannot be changed",
    side: "caller",
  },
  {
    codes: ["InvalidAMIName.Malformed"],
    cause:
      "EC2 does not accept the source image's name for a new image (3 to 128 letters, digits and ()[] ./-'@_)",
    fix: "account <source> must make the image under another name",
    side: "source",
  },
  {
    codes: ["IdempotentParameterMismatch"],
    cause: "an earlier call with the same token had other parameters",
    fix: "run again; if the error returns, this is a defect of Keyferry: please report it with the request id",
    side: "user",
  },
  {
    codes: ["TagPolicyViolation"],
    cause: "a tag policy of the organisation forbids one of the tags on the copy",
    fix: "correct the tags of the image in the topology, or ask the organisation's management account to change its tag policy",
    side: "organisation",
  },
  {
    codes: ["InvalidSnapshot.InUse"],
    cause: "the snapshot belongs to an image that is still registered",
    fix: "account <account> must deregister that image first; then run again",
    side: "caller",
  },
  {
    codes: ["OperationNotPermitted"],
    operations: ["DeregisterImage"],
    cause: "the image is protected from deregistration",
    fix: "account <account> must disable the protection of the image, which may take 24 hours to end; then run again",
    side: "caller",
  },
  {
    codes: ["OperationNotPermitted"],
    operations: ["DeleteSnapshot"],
    cause: "the snapshot is locked",
    fix: "account <account> must unlock it, or wait until its lock expires; then run again",
    side: "caller",
  },
  {
    codes: ["EncryptedVolumesNotSupported", "InvalidBlockDeviceMapping"],
    cause: "the image's block device mapping contains something that an encrypted copy cannot have",
    fix: "account <source> must build the image again from an instance whose volumes are all on EBS",
    side: "source",
  },
];
