/**
 * AWS's own words, as data: the rehearsal cloud says them, the explanations recognise them.
 * Sources: EC2 API reference "Error codes"; texts captured from AWS in public issues.
 */
export const AWS_TEXTS = {
  /** `StateMessage` of a snapshot copy whose KMS permissions were missing; also seen as an image's `StateReason`. */
  keyNotAccessible: "Given key ID is not accessible",
  /** InvalidParameter from ModifyImageAttribute. */
  imageUnderDefaultKey:
    "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
  /** OperationNotPermitted from ModifySnapshotAttribute. */
  snapshotUnderDefaultKey: "Encrypted snapshots with EBS default key cannot be shared",
  /** InvalidRequest from CopyImage: the image is shared, its snapshots are not. */
  noStorageAccess: "You do not have permission to access the storage of this ami",
  /** InvalidRequest from CopyImage of another account's image with a Marketplace product code. */
  marketplaceCopy: "Images from AWS Marketplace cannot be copied to another AWS account",
  /** `StateMessage` of a copy by CopySnapshot whose source does not exist, or is not shared. */
  sourceNotFound: "Source snapshot is not found",
  /** State reason of an instance whose launcher may not use the key. */
  launchFailed: "Client.InternalError: Client error on launch",
} as const;
