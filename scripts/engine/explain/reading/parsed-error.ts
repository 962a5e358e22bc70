import type { Words } from "../catalogue";

/** A refusal as some program has printed it; what its words do not tell is absent. */
export interface ParsedError extends Words {
  readonly requestId?: string;
  /** That was called, 12 digits. */
  readonly account?: string;
  /** That was called. */
  readonly region?: string;
}

/** A refusal without the parts that are absent or empty. */
export function parsedErrorOf(parts: Readonly<Record<string, string | undefined>>): ParsedError {
  const present = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return { message: "", ...Object.fromEntries(present) };
}
