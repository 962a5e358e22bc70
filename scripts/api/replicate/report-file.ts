import fs from "node:fs";
import path from "node:path";
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from "../../../core/whole-file";
import type { ReplicaProblem } from "../../engine/results";

const COLUMNS = ["rule", "bucket", "destination", "key", "version", "problem", "what"] as const;

/** A file with a line for every problem: CSV, or JSON lines if its name ends with `.jsonl`. */
export class ReportFile {
  private readonly handle: number;
  private readonly isJson: boolean;

  /** @param isResumed whether to keep the existing content */
  constructor(file: string, isResumed: boolean) {
    this.isJson = file.endsWith(".jsonl");
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
    const goesOn = isResumed && fs.existsSync(file);
    this.handle = fs.openSync(file, goesOn ? "a" : "w", PRIVATE_FILE);
    if (!goesOn && !this.isJson) fs.writeSync(this.handle, `${COLUMNS.join(",")}\n`);
  }

  add(problem: ReplicaProblem): void {
    const line = this.isJson
      ? JSON.stringify(problem)
      : COLUMNS.map((column) => csvCell(problem[column])).join(",");
    fs.writeSync(this.handle, `${line}\n`);
  }

  close(): void {
    fs.closeSync(this.handle);
  }
}

/** Quotes a value if necessary; a leading apostrophe keeps spreadsheets from treating text as a formula. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
