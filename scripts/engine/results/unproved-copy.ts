/** An image with the tags of a copy of version 0.1 whose origin can no longer be verified. */
export interface UnprovedCopy {
  readonly imageId: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Name of the rule that its tags name. */
  readonly rule: string;
  /** Id of the source image that its tags name. */
  readonly source: string;
}
