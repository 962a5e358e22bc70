import { KeyferryError } from "../core/errors";

/**
 * An error for a part that is not available: one sentence says what is missing and why, another how to get it.
 *
 * @param code stable PascalCase id, e.g. `TerraformMissing`
 */
export function missing(code: string, whatAndWhy: string, how: string, cause?: unknown): KeyferryError {
  return new KeyferryError(whatAndWhy, { code, source: "user", fix: how, cause });
}

/** The innermost reason of an error, e.g. `getaddrinfo ENOTFOUND host` below `fetch failed`. */
export function rootCause(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { cause, message, code } = error as { cause?: unknown; message?: string; code?: string };
  return cause === undefined ? message || code || String(error) : rootCause(cause);
}
