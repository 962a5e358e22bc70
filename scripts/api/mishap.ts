import { types } from "node:util";
import { KeyferryError } from "../../core/errors";

/** Errors of the machine are not defects of Keyferry: a file that cannot be written, a package that is not installed. */
export function mishapOf(error: unknown): KeyferryError | undefined {
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
    fix: "check that its directory is writable and that the disk has free space, then run the same command again",
    cause: error,
  });
}
