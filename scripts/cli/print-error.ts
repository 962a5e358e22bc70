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

/** Exit codes of errors that are neither failures nor wrong configuration. */
const EXIT_OF: Readonly<Record<string, number>> = {
  LeaseHeld: EXIT.refused,
  Interrupted: EXIT.interrupted,
  // For `review`, where exit code 1 means findings.
  SynthesisFailed: EXIT.usage,
  CommentNotPosted: EXIT.refused,
};

/** The text for standard error, for people or as JSON, and the exit code. */
export function reported(
  thrown: unknown,
  json: boolean,
): { readonly text: string; readonly exitCode: number } {
  const error = asOptions(thrown);
  const described = describeError(error);
  return json ? { ...described, text: JSON.stringify(errorJson(error)) } : described;
}

/** The text for standard error, and the exit code. Only defects of Keyferry show a stack trace. */
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

/** API options that have a different name on the command line; all others have the same name. */
const OPTION_OF: Readonly<Record<string, string>> = { rule: "--rollback", accounts: "--to" };

/** Problems with API options, under their command-line names: `only` is `--only`. */
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
