/**
 * Whose administrator makes the fix: the account that was called; the account of the source image; the management
 * account of the organisation; or only the person at the keyboard.
 */
export type Side = "caller" | "source" | "organisation" | "user";

/** One thing that AWS's words may mean. */
export interface Cause {
  readonly cause: string;
  /** One sentence. `<account>`, `<region>` and `<source>` (the source image's account) are filled in. */
  readonly fix: string;
  readonly side: Side;
}

/** What an answer of AWS means, the likeliest cause first, and what to do. */
export interface AnswerEntry extends Cause {
  /** AWS's error codes. */
  readonly codes: readonly string[];
  /** Part of AWS's message, where the code alone says too little. */
  readonly text?: string | RegExp;
  /** Whether `text` is AWS's own sentence, which is recognised without a code as well. @default true for a string */
  readonly isSentence?: boolean;
  /** Names of the operations, where the code means different things in different calls. @default - any */
  readonly operations?: readonly string[];
  /** What else AWS says in the same words, the likelier one first. @default - nothing else */
  readonly others?: readonly Cause[];
  /** What tells the causes apart: a command, or the event of CloudTrail that to look for. @default - one cause */
  readonly distinguish?: string;
  /** What people who do not use Keyferry run, with the AWS CLI. @default - the fix says it */
  readonly byHand?: string;
}

/** How the foundation is brought up to date. */
export const DEPLOY = "npx keyferry deploy 'foundation-*'";

/** The codes with which services say that the caller may not. */
export const DENIED = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] as const;
