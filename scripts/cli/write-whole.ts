import fs from "node:fs";
import path from "node:path";

/** Writes a file whole or not at all: a reader never sees half of it. */
export function writeWhole(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}
