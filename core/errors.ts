/** The origin of an error: the user's input, AWS's response, or a defect or missing part of the tool itself. */
export type ErrorSource = "user" | "aws" | "tool";

export interface KeyferryErrorDetails {
  /** Stable PascalCase id, e.g. `SourceKeyNotShared`; part of the public contract. */
  readonly code: string;
  readonly source: ErrorSource;
  /** How to fix it, in one sentence. */
  readonly fix?: string;
  /** 12-digit id of the account whose administrator must act. */
  readonly account?: string;
  readonly cause?: unknown;
}

const MARK = Symbol.for("keyferry.error");

/** The base of every error that Keyferry throws on purpose. Its message never contains a secret. */
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

/** True for a Keyferry error, also when two copies of the package are loaded. */
export function isKeyferryError(error: unknown): error is KeyferryError {
  return typeof error === "object" && error !== null && (error as { [MARK]?: boolean })[MARK] === true;
}

/** One mistake in the user's input: where, what, what is allowed, how to fix. */
export interface Problem {
  /** Dotted path in the configuration, e.g. `images.web.to[0].account`. */
  readonly path: string;
  readonly what: string;
  readonly allowed?: string;
  readonly fix?: string;
}

/** Wrong configuration or usage. Contains all problems; nothing has been written when it is thrown. */
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

/** Maximum number of problems in one message; more are not useful to a reader. */
const TOLD = 100;

/** A user error as text: every problem with its place, what is allowed and how to fix it; no stack trace. */
export function mistakeText(error: KeyferryError): string {
  const fix = error.fix === undefined ? [] : [`  fix: ${error.fix}`];
  if (!(error instanceof ConfigurationError)) return [error.message, ...fix].join("\n");
  const told = error.problems.slice(0, TOLD).map(problemText);
  const more = error.problems.length - told.length;
  return [`${error.message}:`, ...told, ...(more > 0 ? [`  and ${more} more`] : []), ...fix].join("\n");
}

function problemText({ path, what, allowed, fix }: Problem): string {
  return [
    `  ${cut(path)}: ${cut(what).replace(/\n/g, "\n    ")}`,
    ...(allowed === undefined ? [] : [`    allowed: ${cut(allowed)}`]),
    ...(fix === undefined ? [] : [`    fix: ${cut(fix)}`]),
  ].join("\n");
}

/** Messages quote the user's input, which may be long. */
const LONGEST = 10_000;

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
