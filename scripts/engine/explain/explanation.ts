/** An error for people: AWS's own reason first, then what it means and who must do what. */
export interface Explanation {
  /** Stable id of the error. */
  readonly code: string;
  /** AWS's words, whole; or ours where the error is ours. */
  readonly reason: string;
  /** The likeliest one. */
  readonly cause?: string;
  /** One sentence each; what to do and in which account. */
  readonly fixes: readonly string[];
  /** 12 digits; whose administrator must act. */
  readonly account?: string;
  /** What else the same words may mean, the likelier one first. @default - nothing else */
  readonly others?: readonly { readonly cause: string; readonly fix: string }[];
  /** What tells the causes apart. @default - there is one cause */
  readonly distinguish?: string;
  /** What people who do not use Keyferry run. @default - the fixes say it */
  readonly byHand?: string;
}
