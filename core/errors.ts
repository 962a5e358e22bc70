/** Who has to act: the user's input, AWS's answer, or a defect or missing part of the tool itself. */
export type ErrorSource = "user" | "aws" | "tool";

export interface KeyferryErrorDetails {
  /** Stable PascalCase id, e.g. `SourceKeyNotShared`; part of the public contract. */
  readonly code: string;
  readonly source: ErrorSource;
  /** What to do about it, as one sentence. */
  readonly fix?: string;
  /** 12-digit id of the account whose administrator must act. */
  readonly account?: string;
  readonly cause?: unknown;
}

const MARK = Symbol.for("keyferry.error");

/** The base of every error that Keyferry throws on purpose. Its message never holds a secret. */
export class KeyferryError extends Error {
  readonly code: string;
  readonly source: ErrorSource;
  readonly fix?: string;
  readonly account?: string;
  readonly [MARK] = true;

  constructor(message: string, details: KeyferryErrorDetails) {
    super(message, { cause: details.cause });
    this.name = details.code;
    this.code = details.code;
    this.source = details.source;
    this.fix = details.fix;
    this.account = details.account;
  }
}

/** True for an error of ours, also when two copies of the package are loaded. */
export function isKeyferryError(error: unknown): error is KeyferryError {
  return typeof error === "object" && error !== null && (error as { [MARK]?: boolean })[MARK] === true;
}

/** One thing wrong with the user's input: where, what, what is allowed, how to fix. */
export interface Problem {
  /** Dotted path in the configuration, e.g. `images.web.to[0].account`. */
  readonly path: string;
  readonly what: string;
  readonly allowed?: string;
  readonly fix?: string;
}

/** Wrong configuration or usage. Carries all problems at once; nothing has been written when it is thrown. */
export class ConfigurationError extends KeyferryError {
  constructor(
    readonly problems: readonly Problem[],
    readonly origin: string = "the topology",
  ) {
    super(`${problems.length} problem${problems.length === 1 ? "" : "s"} in ${origin}`, {
      code: "ConfigurationInvalid",
      source: "user",
    });
  }
}

/** A mistake of the user's as text: every problem with where it is, what is allowed and how to fix it; no stack trace. */
export function mistakeText(error: KeyferryError): string {
  const fix = error.fix === undefined ? [] : [`  fix: ${error.fix}`];
  if (!(error instanceof ConfigurationError)) return [error.message, ...fix].join("\n");
  return [`${error.message}:`, ...error.problems.map(problemText), ...fix].join("\n");
}

/** Why a file of the user's could not be loaded, without the list of who required it that Node adds. */
export function loadFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\nRequire stack:", 1).join("");
}

function problemText({ path, what, allowed, fix }: Problem): string {
  return [
    `  ${path}: ${what.replace(/\n/g, "\n    ")}`,
    ...(allowed === undefined ? [] : [`    allowed: ${allowed}`]),
    ...(fix === undefined ? [] : [`    fix: ${fix}`]),
  ].join("\n");
}
