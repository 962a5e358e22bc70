/** A project whose refs are synthesised. */
export interface RefProject {
  /** Absolute. */
  readonly directory: string;
  /** Absolute. @default - `keyferry.config.ts` in the project's directory */
  readonly configuration?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a synthesis; what was made for it is removed. */
  readonly signal?: AbortSignal;
  /** Takes what the user should know, as sentences. @default - nobody is told */
  readonly onNotice?: (text: string) => void;
}

/** What a synthesis has written, while it is there. */
export interface Synthesised {
  /** Absolute; the project as it was synthesised. */
  readonly project: string;
  /** Absolute; the stacks are below it. */
  readonly directory: string;
}
