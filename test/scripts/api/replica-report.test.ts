import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Checkpoint } from "../../../scripts/api/replicate/checkpoint";
import { ReportFile } from "../../../scripts/api/replicate/report-file";
import { workspace } from "../../../core/workspace";
import type { ReplicaProblem } from "../../../scripts/engine/results";

/** The files that a verification of replicas writes. */

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-verify-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const PROBLEM: ReplicaProblem = {
  ...{ rule: "documents", bucket: "a", destination: "b", version: "1", problem: "size" },
  key: '=sum("1,2")',
  what: "3 bytes instead of 7",
};

test("a CSV report quotes values where necessary, and spreadsheets do not treat a key as a formula", () => {
  const file = path.join(directory, "sub", "problems.csv");
  const report = new ReportFile(file, false);
  report.add(PROBLEM);
  report.close();
  expect(fs.readFileSync(file, "utf8")).toBe(
    `rule,bucket,destination,key,version,problem,what\ndocuments,a,b,"'=sum(""1,2"")",1,size,3 bytes instead of 7\n`,
  );
});

test("a JSON lines report is continued if the verification is resumed, and starts again otherwise", () => {
  const file = path.join(directory, "problems.jsonl");
  for (const resumed of [false, true]) {
    const report = new ReportFile(file, resumed);
    report.add(PROBLEM);
    report.close();
  }
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([PROBLEM, PROBLEM]);
  new ReportFile(file, false).close();
  expect(fs.readFileSync(file, "utf8")).toBe("");
});

test("a checkpoint is read again except with restart, and is deleted at the end", () => {
  const place = workspace({}, directory);
  const soFar = { objects: 1, verified: 1, problems: 0, waiting: 0, done: false, after: "a" };
  const first = new Checkpoint(place, "acme", false);
  expect(first.isResumed).toBe(false);
  first.note("documents.b", soFar);
  first.write();
  expect(new Checkpoint(place, "acme", false).reached).toEqual({ "documents.b": soFar });
  expect(new Checkpoint(place, "acme", true).isResumed).toBe(false);
  first.end();
  expect(new Checkpoint(place, "acme", false).isResumed).toBe(false);
});
