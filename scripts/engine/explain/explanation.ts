/** An error for people: AWS's own reason first, then what it means and who must do what. */
export interface Explanation {
  /** Stable id of the error. */
  readonly code: string;
  /** AWS's words, whole; or ours where the error is ours. */
  readonly reason: string;
  readonly cause?: string;
  /** One sentence each; what to do and in which account. */
  readonly fixes: readonly string[];
  /** 12 digits; whose administrator must act. */
  readonly account?: string;
}
