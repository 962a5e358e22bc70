/** A project whose refs are synthesised. */
export interface RefProject {
  /** Absolute. */
  readonly directory: string;
  /** Absolute. @default - `keyferry.config.ts` in the project's directory */
  readonly configuration?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a synthesis; its temporary files are removed. */
  readonly signal?: AbortSignal;
  /** Called with notices for the user, as sentences. @default - no notices */
  readonly onNotice?: (text: string) => void;
}

/** The output of a synthesis, as long as it exists. */
export interface Synthesised {
  /** Absolute; the project as it was synthesised. */
  readonly project: string;
  /** Absolute; the stacks are below it. */
  readonly directory: string;
}
