import { ConfigurationError, isKeyferryError, mistakeText } from "../core/errors";

/** An error for stderr; a missing part as one line for stderr: what and why, then how to get it. A defect keeps its stack. */
export function describeError(error: unknown): string {
  if (!isKeyferryError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof ConfigurationError) return mistakeText(error);
  return error.fix === undefined ? error.message : `${error.message}; ${error.fix}`;
}
