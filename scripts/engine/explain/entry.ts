/**
 * Whose administrator makes the fix: the account that was called; the account of the source image; the management
 * account of the organisation; or the person who runs the command.
 */
export type Side = "caller" | "source" | "organisation" | "user";

/** One possible cause of AWS's error. */
export interface Cause {
  readonly cause: string;
  /** One sentence. `<account>`, `<region>` and `<source>` (the source image's account) are filled in. */
  readonly fix: string;
  readonly side: Side;
}

/** What an AWS error means, the likeliest cause first, and what to do. */
export interface AnswerEntry extends Cause {
  /** AWS's error codes. */
  readonly codes: readonly string[];
  /** Part of AWS's message, if the code alone is not specific enough. */
  readonly text?: string | RegExp;
  /** Whether `text` is AWS's own sentence, which is also recognised without a code. @default true for a string */
  readonly isSentence?: boolean;
  /** Names of the operations, if the code means different things in different calls. @default - any */
  readonly operations?: readonly string[];
  /** Other causes for which AWS returns the same message, the likelier one first. @default - no others */
  readonly others?: readonly Cause[];
  /** How to tell the causes apart: a command, or the CloudTrail event to look for. @default - one cause */
  readonly distinguish?: string;
  /** The AWS CLI command for users who do not use Keyferry. @default - the fix describes it */
  readonly byHand?: string;
}

/** The command that updates the foundation. */
export const DEPLOY = "npx keyferry deploy 'foundation-*'";

/** The codes with which services deny a call. */
export const DENIED = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] as const;
