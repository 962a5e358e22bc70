import { ConfigurationError, isKeyferryError, mistakeText } from "../core/errors";

/** Text of an error for stderr. A missing part is one line: what and why, then how to get it. A defect keeps its stack trace. */
export function describeError(error: unknown): string {
  if (!isKeyferryError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof ConfigurationError) return mistakeText(error);
  return error.fix === undefined ? error.message : `${error.message}; ${error.fix}`;
}
