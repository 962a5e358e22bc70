import { types } from "node:util";
import { ConfigurationError, isKeyferryError, mistakeText } from "../../core/errors";
import { thrownText } from "../../core/thrown";
import { mishapOf } from "../api/mishap";
import { AwsCallError } from "../aws";
import { PreflightRefused } from "../engine/errors";
import { explainAwsAnswer } from "../engine/explain";
import { explanationText } from "../report/event-text";
import { refusalsText } from "../report/refusals-text";
import { EXIT } from "./exit-codes";

/** Exit codes of errors that are neither failures nor mistakes. */
const EXIT_OF: Readonly<Record<string, number>> = {
  LeaseHeld: EXIT.refused,
  Interrupted: EXIT.interrupted,
  // Of a review, where 1 is for findings.
  SynthesisFailed: EXIT.usage,
  CommentNotPosted: EXIT.refused,
};

/** What to print on standard error, for people or as JSON, and how to exit. */
export function reported(
  thrown: unknown,
  json: boolean,
): { readonly text: string; readonly exitCode: number } {
  const error = asOptions(thrown);
  const described = describeError(error);
  return json ? { ...described, text: JSON.stringify(errorJson(error)) } : described;
}

/** What to print on standard error, and how to exit. Only a defect of ours shows a stack. */
export function describeError(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof ConfigurationError) return { text: mistakeText(error), exitCode: EXIT.usage };
  if (error instanceof PreflightRefused)
    return { text: refusalsText(error.refusals), exitCode: EXIT.refused };
  if (error instanceof AwsCallError) {
    return { text: explanationText(explainAwsAnswer(error), ""), exitCode: EXIT.failed };
  }
  if (isKeyferryError(error)) {
    return { text: mistakeText(error), exitCode: EXIT_OF[error.code] ?? EXIT.failed };
  }
  const mishap = mishapOf(error);
  if (mishap !== undefined) return { text: mistakeText(mishap), exitCode: EXIT.failed };
  const text = types.isNativeError(error) ? (error.stack ?? error.message) : thrownText(error);
  return { text: `a defect of Keyferry, please report it:\n${text}`, exitCode: EXIT.failed };
}

/** Options of the API that the command line calls otherwise; all others have the same name. */
const OPTION_OF: Readonly<Record<string, string>> = { rule: "--rollback", accounts: "--to" };

/** Mistakes in the options of the API, by the names of the command line: `only` is `--only`. */
function asOptions(error: unknown): unknown {
  if (!(error instanceof ConfigurationError) || error.origin !== "the options") return error;
  const problems = error.problems.map((problem) =>
    /^[a-z]+$/.test(problem.path)
      ? { ...problem, path: OPTION_OF[problem.path] ?? `--${problem.path}` }
      : problem,
  );
  return new ConfigurationError(problems, error.origin);
}

/** The same for machines. */
export function errorJson(thrown: unknown): object {
  const error = isKeyferryError(thrown) ? thrown : (mishapOf(thrown) ?? thrown);
  if (error instanceof ConfigurationError) {
    return { code: error.code, message: error.message, problems: error.problems };
  }
  if (error instanceof PreflightRefused) {
    return { code: error.code, message: error.message, refusals: error.refusals };
  }
  if (!isKeyferryError(error)) return { code: "Unexpected", message: thrownText(error) };
  return { code: error.code, message: error.message, fix: error.fix, account: error.account };
}
