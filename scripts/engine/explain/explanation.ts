/** An error for people: AWS's own reason first, then what it means and who must do what. */
export interface Explanation {
  /** Stable id of the error. */
  readonly code: string;
  /** AWS's full message; Keyferry's own for an error of Keyferry. */
  readonly reason: string;
  /** The likeliest cause. */
  readonly cause?: string;
  /** One sentence each; what to do and in which account. */
  readonly fixes: readonly string[];
  /** The account whose administrator must act; 12 digits. */
  readonly account?: string;
  /** Other possible causes of the same message, the likelier one first. @default - no others */
  readonly others?: readonly { readonly cause: string; readonly fix: string }[];
  /** How to tell the causes apart. @default - there is one cause */
  readonly distinguish?: string;
  /** The command for users who do not use Keyferry. @default - the fixes describe it */
  readonly byHand?: string;
}
