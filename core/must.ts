import { KeyferryError } from "./errors";

/**
 * A value that must be defined.
 * @param what names the value in the error: `the key of web/final/prod/eu-west-1`
 * @throws KeyferryError ValueMissing if it is undefined: a defect, or a response that AWS's API reference excludes
 */
export function must<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new KeyferryError(`${what} is missing`, {
    code: "ValueMissing",
    source: "tool",
    fix: "run the same command again; if the error remains, please report it with the command's output",
  });
}
