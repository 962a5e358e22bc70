import fs from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { isPresent, PRIVATE_DIRECTORY, PRIVATE_FILE } from "../../core/whole-file";
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
  /** What earlier runs wrote and a resume can use, oldest first. */
  readonly past: readonly JournalRecord[];
  append(record: JournalRecord): void;
}

/** The whole journal, for commands that only read. */
export function readJournal(file: string): readonly JournalRecord[] {
  const records: JournalRecord[] = [];
  eachRecord(file, (record) => records.push(record));
  return records;
}

/**
 * JSON lines. Each record is on disk before `append` returns. The first record opens the file, so that a refused run
 * leaves nothing behind; an incomplete line from a crash is cut off then.
 */
export function openJournal(file: string): Journal & { close(): void } {
  let handle: number | undefined;
  return {
    past: readUseful(file),
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
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
  cutTornLine(file);
  return fs.openSync(file, "a", PRIVATE_FILE);
}

export function journalFile(journalDir: string, topology: string): string {
  return path.join(journalDir, `${topology}.jsonl`);
}

/** The maximum number of started copies that are kept for one node, for its latest source image. */
const REMEMBERED = 5;

/** What a resume can use: the copies that were started last, and how long they took. Its size depends on the number of copies, not runs. */
function readUseful(file: string): readonly JournalRecord[] {
  const started = new Map<string, JournalRecord[]>();
  const taken = new Map<string, JournalRecord>();
  eachRecord(file, (record) => {
    const { event } = record;
    if (event.code === "CopyAvailable") taken.set(event.imageId, record);
    if (event.code !== "CopyStarted") return;
    const before = started.get(event.node) ?? [];
    const same = before.filter(
      (one) => one.event.code === "CopyStarted" && one.event.origin === event.origin,
    );
    const kept = [...same, record].slice(-REMEMBERED);
    for (const one of before)
      if (!kept.includes(one) && "imageId" in one.event) taken.delete(one.event.imageId);
    started.set(event.node, kept);
  });
  return [...[...started.values()].flat(), ...taken.values()].sort((a, b) => a.at.localeCompare(b.at));
}

const CHUNK_BYTES = 65_536;

/** Reads line by line, because a journal grows with every run. A line that cannot be read is skipped. */
function eachRecord(file: string, hear: (record: JournalRecord) => void): void {
  if (!isPresent(file)) return;
  const handle = fs.openSync(file, "r");
  const decoder = new StringDecoder("utf8");
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = "";
  try {
    for (;;) {
      const length = fs.readSync(handle, chunk, 0, CHUNK_BYTES, null);
      const lines = (
        rest + (length === 0 ? `${decoder.end()}\n` : decoder.write(chunk.subarray(0, length)))
      ).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const record = parse(line);
        if (record !== undefined) hear(record);
      }
      if (length === 0) return;
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** A line that is not a record, such as one of another version, cannot be used as history. */
function parse(line: string): JournalRecord | undefined {
  if (line === "") return undefined;
  try {
    const record = JSON.parse(line) as Partial<JournalRecord> | null;
    const isRecord =
      typeof record?.at === "string" &&
      typeof record.run === "string" &&
      typeof record.event?.code === "string";
    return isRecord ? (record as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads from the end: a journal may be larger than the memory. */
function cutTornLine(file: string): void {
  if (!isPresent(file)) return;
  const handle = fs.openSync(file, "r+");
  try {
    const { size } = fs.fstatSync(handle);
    const end = endOfLastLine(handle, size);
    if (end < size) fs.ftruncateSync(handle, end);
  } finally {
    fs.closeSync(handle);
  }
}

function endOfLastLine(handle: number, size: number): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const length = fs.readSync(handle, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, length).lastIndexOf("\n");
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
