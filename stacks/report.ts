import { isKeyferryError, mistakeText } from "../core/errors";

/** Exit code of wrong usage or configuration. */
const WRONG_CONFIGURATION = 2;

/**
 * Runs a synthesis and tells a user's mistake as text: every problem with its path, no stack trace. Anything else that
 * goes wrong is thrown on.
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
