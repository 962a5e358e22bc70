import { ConfigurationError, isKeyferryError, mistakeText } from "../../core/errors";
import { AwsCallError } from "../aws";
import { PreflightRefused } from "../engine/errors";
import { explainAwsAnswer } from "../engine/explain";
import { explanationText } from "../report/event-text";
import { refusalsText } from "../report/refusals-text";
import { EXIT } from "./exit-codes";

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
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `a defect of Keyferry, please report it:\n${text}`, exitCode: EXIT.failed };
}

/** The same for machines. */
export function errorJson(error: unknown): object {
  if (error instanceof ConfigurationError) {
    return { code: error.code, message: error.message, problems: error.problems };
  }
  if (error instanceof PreflightRefused) {
    return { code: error.code, message: error.message, refusals: error.refusals };
  }
  if (!isKeyferryError(error))
    return { code: "Unexpected", message: error instanceof Error ? error.message : String(error) };
  return { code: error.code, message: error.message, fix: error.fix, account: error.account };
}
