import fs from "node:fs";
import path from "node:path";
import type { RunEvent } from "./events";

/** One transition of a run. */
export interface JournalRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly run: string;
  readonly event: RunEvent;
}

/** History of runs: how long things took, and a faster resume. Never the truth; AWS is. */
export interface Journal {
  /** What earlier runs wrote, oldest first. */
  readonly past: readonly JournalRecord[];
  append(record: JournalRecord): void;
}

/** For commands that only look. */
export function readJournal(file: string): readonly JournalRecord[] {
  return fs.existsSync(file) ? parse(fs.readFileSync(file, "utf8")) : [];
}

/**
 * JSON lines. Each record is on disk before `append` returns. The file is opened by the first record, so that a run
 * that is refused leaves nothing behind; a line torn by a crash is cut off then.
 */
export function openJournal(file: string): Journal & { close(): void } {
  let handle: number | undefined;
  return {
    past: readJournal(file),
    append(record) {
      handle ??= openToAppend(file);
      fs.writeSync(handle, `${JSON.stringify(record)}\n`);
      fs.fsyncSync(handle);
    },
    close() {
      if (handle !== undefined) fs.closeSync(handle);
    },
  };
}

function openToAppend(file: string): number {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  cutTornLine(file);
  return fs.openSync(file, "a");
}

export function journalFile(journalDir: string, topology: string): string {
  return path.join(journalDir, `${topology}.jsonl`);
}

function parse(text: string): JournalRecord[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as JournalRecord];
    } catch {
      return [];
    }
  });
}

function cutTornLine(file: string): void {
  if (!fs.existsSync(file)) return;
  const bytes = fs.readFileSync(file);
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) fs.truncateSync(file, end);
}
