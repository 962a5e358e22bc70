/** EBS settings of one account in one Region. */
export interface EbsDefaults {
  encryptByDefault: boolean;
  /** Absent while the default key is the AWS managed one. */
  keyArn?: string;
}

/** Account settings for images and public sharing, in one Region. */
export interface SharingSettings {
  /** Source: EC2 user guide, "Block public access to your AMIs": on for accounts without public images. */
  imageBlockPublicAccess: "unblocked" | "block-new-sharing";
  snapshotBlockPublicAccess: "unblocked" | "block-new-sharing" | "block-all-sharing";
  allowedImages: "disabled" | "enabled" | "audit-mode";
  criteria: readonly ImageCriterion[];
}

/** An image is allowed when it meets every part of one criterion. */
export interface ImageCriterion {
  readonly providers: readonly string[];
  readonly productCodes: readonly string[];
  readonly names: readonly string[];
  readonly maximumDaysSinceDeprecated?: number;
  readonly maximumDaysSinceCreated?: number;
}
