import fs from "node:fs";
import path from "node:path";
import { KeyferryError } from "./errors";

/** Who may read a file: only its owner, or all users, for files that are committed with the configuration. */
export type Readers = "owner" | "everybody";

/** State, journals and results contain accounts, keys and images; other users do not need them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;

/** Writes a file completely or not at all: a reader never sees part of it, and no temporary file remains if writing fails. */
export function writeWhole(file: string, text: string, readers: Readers = "owner"): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
  const draft = `${file}.${process.pid}.tmp`;
  const mode = readers === "owner" ? PRIVATE_FILE : 0o644;
  try {
    fs.writeFileSync(draft, text, { mode });
    // Regardless of the process's umask, and of the mode of a draft that another process left.
    fs.chmodSync(draft, mode);
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    // The error of a full disk does not name the file that did not fit.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}

/** Like `writeWhole`, but does not change the modification time of a file that already contains the text. */
export function writeIfChanged(file: string, text: string, readers?: Readers): void {
  if (readIfPresent(file) !== text) writeWhole(file, text, readers);
}

/**
 * Whether a file exists. A folder or a pipe in its place is refused: the error of reading a folder does not contain its name, and
 * reading a pipe never ends.
 * @throws KeyferryError FileRefused
 */
export function isPresent(file: string): boolean {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return found !== undefined;
  const kind = found.isDirectory() ? "a folder" : found.isFIFO() ? "a pipe" : "not a regular file";
  throw new KeyferryError(`${file} is ${kind}, but Keyferry keeps one of its files at this path`, {
    code: "FileRefused",
    source: "user",
    fix: `move ${file} away, then run the same command again`,
  });
}

/** The text of a file; undefined if it does not exist. @throws KeyferryError FileRefused if something else is in its place */
export function readIfPresent(file: string): string | undefined {
  if (!isPresent(file)) return undefined;
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
