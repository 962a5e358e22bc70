import { accessSync, constants, readdirSync, statSync, type Dirent } from "node:fs";
import path from "node:path";
import { executableName, pathDirectories, type Environment } from "./environment";

/** True for a file that exists. */
export function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** True for a file that exists and may be executed. */
export function isExecutable(file: string): boolean {
  if (!isFile(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The entries of a directory; none if it does not exist or may not be read. */
export function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Every program on `PATH` with one of the names: in the order of the names, and for each name in the order of `PATH`. */
export function programsOnPath(environment: Environment, names: readonly string[]): string[] {
  const directories = pathDirectories(environment);
  return names.flatMap((name) =>
    directories.map((dir) => path.join(dir, executableName(environment, name))).filter(isExecutable),
  );
}
