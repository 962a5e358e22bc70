import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openJournal, readJournal, type JournalRecord } from "../../../scripts/engine/journal";

const RECORD: JournalRecord = { at: "2026-01-01T00:00:00Z", run: "a", event: { code: "Interrupted" } };

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "journal-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

describe("the journal", () => {
  it("gives the next run what earlier ones wrote", () => {
    const file = path.join(directory, "deep", "acme.jsonl");
    const journal = openJournal(file);
    journal.append(RECORD);
    journal.append({ ...RECORD, run: "b" });
    journal.close();
    expect(openJournal(file).past.map((record) => record.run)).toEqual(["a", "b"]);
  });

  it("leaves no file behind when nothing is written", () => {
    openJournal(path.join(directory, "deep", "acme.jsonl")).close();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it("drops a line torn by a crash, and writes the next one on a line of its own", () => {
    const file = path.join(directory, "acme.jsonl");
    fs.writeFileSync(file, `${JSON.stringify(RECORD)}\n{"at":"2026-`);
    const journal = openJournal(file);
    expect(journal.past).toEqual([RECORD]);
    journal.append({ ...RECORD, run: "b" });
    journal.close();
    expect(readJournal(file).map((record) => record.run)).toEqual(["a", "b"]);
  });
});
