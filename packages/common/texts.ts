/**
 * AWS's own texts, as data: the rehearsal cloud returns them, the explanations recognise them. Sources: EC2 API
 * reference "Error codes"; EBS user guide "EventBridge events"; EC2 Auto Scaling user guide, "Troubleshoot instance
 * launch failures"; texts captured from AWS in public issues.
 */
export const AWS_TEXTS = {
  /** `StateMessage` of a snapshot copy whose KMS permissions were missing; also seen as an image's `StateReason`. */
  keyNotAccessible: "Given key ID is not accessible",
  /** InvalidParameter from ModifyImageAttribute. */
  imageUnderDefaultKey:
    "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
  /** OperationNotPermitted from ModifySnapshotAttribute. */
  snapshotUnderDefaultKey: "Encrypted snapshots with EBS default key cannot be shared",
  /** InvalidRequest from CopyImage and CopySnapshot; preceded by a snapshot's id. */
  unencryptedCopy: "Creating an unencrypted copy from an encrypted snapshot is not supported.",
  /** InvalidRequest from CopyImage: the image is shared, but its snapshots are not. */
  noStorageAccess: "You do not have permission to access the storage of this ami",
  /** InvalidRequest from CopyImage of another account's image with a Marketplace product code. */
  marketplaceCopy: "Images from AWS Marketplace cannot be copied to another AWS account",
  /** InvalidRequest from CopyImage; AWS is reported to have removed it for billing products. */
  billingProductCopy: "Images with EC2 BillingProduct codes cannot be copied to another AWS account",
  /** `StateMessage` of a CopySnapshot copy whose source does not exist or is not shared. */
  sourceNotFound: "Source snapshot is not found",
  /** The cause of the same failure in EventBridge's event `copySnapshot`. */
  sourceNotValid: "Source snapshot ID is not valid",
  /** Beginning of an image's `StateReason` when one of its snapshots could not be copied. */
  copyFailedInternally: "Copy image failed with an internal",
  /** AuthFailure from RunInstances, which Auto Scaling shows in its activities. */
  imageNotAuthorized: "Not authorized for images",
  /** State reason of an instance whose launcher may not use the key. */
  launchFailed: "Client.InternalError: Client error on launch",
  /** State reason of an instance whose key is disabled, pending deletion or pending import. */
  launchKeyState: "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
  /** Part of the status message of a failed Auto Scaling activity. */
  launchVolumesInaccessible:
    "One or more of the attached Amazon EBS volumes are encrypted with an inaccessible AWS KMS key.",
} as const;
