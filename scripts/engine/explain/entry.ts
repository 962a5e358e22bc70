/**
 * Whose administrator makes the fix: the account that was called; the account of the source image; the management
 * account of the organisation; or nobody but who sits at the keyboard.
 */
export type Side = "caller" | "source" | "organisation" | "user";

/** What an answer of AWS means, and what to do. */
export interface AnswerEntry {
  /** AWS's error codes. */
  readonly codes: readonly string[];
  /** Part of AWS's message, where the code alone says too little. */
  readonly text?: string | RegExp;
  /** Names of the operations, where the code means different things in different calls. @default - any */
  readonly operations?: readonly string[];
  readonly cause: string;
  /** One sentence. `<account>`, `<region>` and `<source>` (the source image's account) are filled in. */
  readonly fix: string;
  readonly side: Side;
}

/** How the foundation is brought up to date. */
export const DEPLOY = "npm run deploy -- 'foundation-*'";

/** The codes with which services say that the caller may not. */
export const DENIED = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] as const;
