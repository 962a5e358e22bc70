import { isKeyferryError, mistakeText } from "../core/errors";

/** Exit code for wrong usage or configuration. */
const WRONG_CONFIGURATION = 2;

/**
 * Runs a synthesis and reports a user's mistake as text: every problem with its path, without a stack trace. Any other error
 * is thrown again.
 * @returns the exit code
 */
export function reportMistakes(work: () => void, write: (text: string) => void): number {
  try {
    work();
    return 0;
  } catch (error) {
    if (!isKeyferryError(error) || error.source !== "user") throw error;
    write(`${mistakeText(error)}\n`);
    return WRONG_CONFIGURATION;
  }
}
