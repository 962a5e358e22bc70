/** An image that carries the tags of a copy of version 0.1, and of which nothing proves any more who has made it. */
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
