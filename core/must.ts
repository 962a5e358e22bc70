import { KeyferryError } from "./errors";

/**
 * A value that must be there.
 * @param what names it for whoever reads the error: `the key of web/final/prod/eu-west-1`
 * @throws KeyferryError ValueMissing where it is undefined: a defect, or an answer that AWS's API reference rules out
 */
export function must<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new KeyferryError(`${what} is missing`, {
    code: "ValueMissing",
    source: "tool",
    fix: "run the same command again; if it stays, please report it with the command's output",
  });
}
