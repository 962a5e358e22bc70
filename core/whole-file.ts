import fs from "node:fs";
import path from "node:path";

/** Writes a file whole or not at all: a reader never sees half of it. */
export function writeWhole(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(draft, text);
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    // A disk that is full does not say which file it had no room for.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}

/** As `writeWhole`, but a file that holds the text already keeps its time of change. */
export function writeIfChanged(file: string, text: string): void {
  if (readIfPresent(file) !== text) writeWhole(file, text);
}

/** The text of a file; undefined where there is none. */
export function readIfPresent(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
