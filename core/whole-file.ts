import fs from "node:fs";
import path from "node:path";
import { KeyferryError } from "./errors";

/** Who may read a file: its owner alone, or everybody, as what is committed with the configuration. */
export type Readers = "owner" | "everybody";

/** State, journals and results name accounts, keys and images: nobody else needs them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;

/** Writes a file whole or not at all: a reader never sees half of it, and nothing is left where it cannot be written. */
export function writeWhole(file: string, text: string, readers: Readers = "owner"): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
  const draft = `${file}.${process.pid}.tmp`;
  const mode = readers === "owner" ? PRIVATE_FILE : 0o644;
  try {
    fs.writeFileSync(draft, text, { mode });
    // Whatever the process masks, and whoever has left a draft.
    fs.chmodSync(draft, mode);
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    // A disk that is full does not say which file it had no room for.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}

/** As `writeWhole`, but a file that holds the text already keeps its time of change. */
export function writeIfChanged(file: string, text: string, readers?: Readers): void {
  if (readIfPresent(file) !== text) writeWhole(file, text, readers);
}

/**
 * Whether a file is there. Neither a folder nor a pipe can stand in its place: reading the one says nothing of its name, and
 * reading the other never ends.
 * @throws KeyferryError FileRefused
 */
export function isPresent(file: string): boolean {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return found !== undefined;
  const kind = found.isDirectory() ? "a folder" : found.isFIFO() ? "a pipe" : "no regular file";
  throw new KeyferryError(`${file} is ${kind}, where Keyferry keeps a file of its own`, {
    code: "FileRefused",
    source: "user",
    fix: `move ${file} away, then run the same command again`,
  });
}

/** The text of a file; undefined where there is none. @throws KeyferryError FileRefused where something else is in its place */
export function readIfPresent(file: string): string | undefined {
  if (!isPresent(file)) return undefined;
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
