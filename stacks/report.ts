import { ConfigurationError, isKeyferryError } from "../core/errors";

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
    write(`${error.message}\n`);
    if (error.fix !== undefined) write(`  fix: ${error.fix}\n`);
    if (error instanceof ConfigurationError) error.problems.forEach((problem) => write(problemText(problem)));
    return WRONG_CONFIGURATION;
  }
}

function problemText({ path, what, allowed, fix }: ConfigurationError["problems"][number]): string {
  return [
    `  ${path}: ${what}`,
    ...(allowed === undefined ? [] : [`    allowed: ${allowed}`]),
    ...(fix === undefined ? [] : [`    fix: ${fix}`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
