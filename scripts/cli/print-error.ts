import { types } from "node:util";
import { ConfigurationError, isKeyferryError, KeyferryError, mistakeText } from "../../core/errors";
import { thrownText } from "../../core/thrown";
import { AwsCallError } from "../aws";
import { PreflightRefused } from "../engine/errors";
import { explainAwsAnswer } from "../engine/explain";
import { explanationText } from "../report/event-text";
import { refusalsText } from "../report/refusals-text";
import { EXIT } from "./exit-codes";

/** What to print on standard error, for people or as JSON, and how to exit. */
export function reported(
  error: unknown,
  json: boolean,
): { readonly text: string; readonly exitCode: number } {
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
    return { text: mistakeText(error), exitCode: error.code === "LeaseHeld" ? EXIT.refused : EXIT.failed };
  }
  const mishap = mishapOf(error);
  if (mishap !== undefined) return { text: mistakeText(mishap), exitCode: EXIT.failed };
  const text = types.isNativeError(error) ? (error.stack ?? error.message) : thrownText(error);
  return { text: `a defect of Keyferry, please report it:\n${text}`, exitCode: EXIT.failed };
}

/** What the machine refuses is no defect: a file that cannot be written, a package that is not installed. */
function mishapOf(error: unknown): KeyferryError | undefined {
  if (!types.isNativeError(error)) return undefined;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code === "MODULE_NOT_FOUND") {
    const name = /^Cannot find module '([^./][^']*)'/.exec(message)?.[1];
    if (name === undefined) return undefined;
    return new KeyferryError(`the package ${name} is not installed`, {
      code: "PackageMissing",
      source: "user",
      fix: "npm ci",
      cause: error,
    });
  }
  if (path === undefined || syscall === undefined) return undefined;
  const which = message?.includes(path) === true ? "" : ` (${path})`;
  return new KeyferryError(`a file cannot be read or written: ${message}${which}`, {
    code: "FileRefused",
    source: "user",
    fix: "see that its directory may be written and that the disk has room, then run the same command again",
    cause: error,
  });
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
