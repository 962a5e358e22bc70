import type { NodeId } from "../../../topology/ids";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openJournal, readJournal, type JournalRecord } from "../../../scripts/engine/journal";
import { startedCopies } from "../../../scripts/engine/started";

function started(node: NodeId, imageId: string, origin: string): JournalRecord {
  return {
    ...RECORD,
    event: { code: "CopyStarted", node, imageId, origin, fromImageId: origin, attempt: 1 },
  };
}

const RECORD: JournalRecord = { at: "2026-01-01T00:00:00Z", run: "a", event: { code: "Interrupted" } };

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "journal-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

describe("the journal", () => {
  it("keeps the records of runs, in the order of writing", () => {
    const file = path.join(directory, "deep", "acme.jsonl");
    const journal = openJournal(file);
    journal.append(RECORD);
    journal.append({ ...RECORD, run: "b" });
    journal.close();
    expect(readJournal(file).map((record) => record.run)).toEqual(["a", "b"]);
  });

  it("gives the next run the last copies of each node and their durations, regardless of its size", () => {
    const file = path.join(directory, "acme.jsonl");
    const journal = openJournal(file);
    for (let number = 1; number <= 100; number += 1) {
      const [imageId, origin] = [`ami-${number}`, number <= 90 ? "ami-old" : "ami-new"];
      journal.append(started("web/final/prod/eu-west-1", imageId, origin));
      journal.append({
        ...RECORD,
        event: { code: "CopyAvailable", node: "web/final/prod/eu-west-1", imageId, seconds: number },
      });
      journal.append(RECORD);
    }
    journal.close();
    const { past } = openJournal(file);
    expect(startedCopies(past, "web/final/prod/eu-west-1", "ami-new")).toEqual(
      [96, 97, 98, 99, 100].map((number) => `ami-${number}`),
    );
    expect(startedCopies(past, "web/final/prod/eu-west-1", "ami-old")).toEqual([]);
    expect(past).toHaveLength(10);
  });

  it("reads a line that is longer than its buffer, and multi-byte characters", () => {
    const file = path.join(directory, "acme.jsonl");
    const name = "ü".repeat(100_001);
    fs.writeFileSync(file, `${JSON.stringify({ ...RECORD, run: name })}\n`);
    expect(readJournal(file).map((record) => record.run)).toEqual([name]);
  });

  it("creates no file if nothing is written", () => {
    openJournal(path.join(directory, "deep", "acme.jsonl")).close();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it("skips lines that are not records: of another version, or of another program", () => {
    const file = path.join(directory, "acme.jsonl");
    const strange = ["null", "5", "{}", '{"at":"2026-01-01T00:00:00Z","run":"a"}', '["CopyStarted"]'];
    fs.writeFileSync(file, [...strange, JSON.stringify(RECORD), ""].join("\n"));
    expect(readJournal(file)).toEqual([RECORD]);
    expect(openJournal(file).past).toEqual([]);
  });

  it("searches for an incomplete line only at its end, regardless of its size and the length of the line", () => {
    const file = path.join(directory, "acme.jsonl");
    fs.writeFileSync(file, `${JSON.stringify(RECORD)}\n`.repeat(10_000));
    fs.appendFileSync(file, `{"at":"${"2".repeat(200_000)}`);
    const whole = jest.spyOn(fs, "readFileSync");
    const journal = openJournal(file);
    journal.append({ ...RECORD, run: "b" });
    journal.close();
    expect(whole).not.toHaveBeenCalled();
    whole.mockRestore();
    const records = readJournal(file);
    expect(records).toHaveLength(10_001);
    expect(records.at(-1)?.run).toBe("b");
  });

  it("removes an incomplete line of a crash, and writes the next record on its own line", () => {
    const file = path.join(directory, "acme.jsonl");
    fs.writeFileSync(file, `${JSON.stringify(RECORD)}\n{"at":"2026-`);
    const journal = openJournal(file);
    expect(readJournal(file)).toEqual([RECORD]);
    journal.append({ ...RECORD, run: "b" });
    journal.close();
    expect(readJournal(file).map((record) => record.run)).toEqual(["a", "b"]);
  });
});
