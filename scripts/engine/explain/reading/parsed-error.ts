import type { Words } from "../catalogue";

/** An error as a program printed it; parts that the text does not contain are absent. */
export interface ParsedError extends Words {
  readonly requestId?: string;
  /** The account that was called, 12 digits. */
  readonly account?: string;
  /** The Region that was called. */
  readonly region?: string;
}

/** An error without the parts that are absent or empty. */
export function parsedErrorOf(parts: Readonly<Record<string, string | undefined>>): ParsedError {
  const present = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return { message: "", ...Object.fromEntries(present) };
}
