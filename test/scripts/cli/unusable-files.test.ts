import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ACME } from "../../_helpers/topologies";
import { Stage } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-unusable-"));
  writeTopology(cwd, ACME);
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** File that a command reads or writes -> such a command. */
const FILES: readonly (readonly [file: string, argv: readonly string[]])[] = [
  [".keyferry/journal/acme.jsonl", ["run"]],
  [".keyferry/journal/acme.jsonl", ["status"]],
  [".keyferry/journal/acme.jsonl", ["report", "--offline"]],
  ["keyferry.lock.json", ["plan"]],
  ["keyferry.lock.json", ["keys", "list"]],
  ["manifest.json", ["run"]],
  ["report.html", ["report", "--offline"]],
  ["keyferry.config.ts", ["plan"]],
];

/** What can exist instead of the file. */
const INSTEAD: Readonly<Record<string, (file: string) => void>> = {
  "a folder": (file) => fs.mkdirSync(file),
  "a pipe": (file) => void execFileSync("mkfifo", [file]),
  "a link to itself": (file) => fs.symlinkSync(path.basename(file), file),
};

const ROWS = FILES.flatMap(([file, argv]) =>
  Object.keys(INSTEAD)
    // A result replaces a pipe or a link, like any other file.
    .filter((kind) => kind === "a folder" || !["manifest.json", "report.html"].includes(file))
    .map((kind) => [kind, file, argv] as const),
);

test.each(ROWS)(
  "%s instead of the file %s is reported with the fix by %j, and no partial file remains",
  async (...row) => {
    const [kind, name, argv] = row;
    const file = path.join(cwd, name);
    fs.rmSync(file, { force: true });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    INSTEAD[kind]?.(file);
    const before = fs.readdirSync(path.dirname(file));
    const { exitCode, err } = await give(new Stage(), cwd, argv);
    expect([1, 2]).toContain(exitCode);
    expect(err).toContain(path.basename(name));
    expect(err).toContain("fix: ");
    expect(err).not.toMatch(/a defect of Keyferry|^\s+at /m);
    // The journal of an executed run remains.
    expect(fs.readdirSync(path.dirname(file)).filter((left) => left !== ".keyferry")).toEqual(before);
  },
);

test.each([
  [".keyferry", ["run"]],
  [".keyferry/journal", ["run"]],
  [".keyferry/journal", ["report", "--offline"]],
])(
  "a file instead of the folder %s is reported with the fix by %j, and is not changed",
  async (name, argv) => {
    const folder = path.join(cwd, name);
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    fs.writeFileSync(folder, "somebody's notes");
    const { exitCode, err } = await give(new Stage(), cwd, argv);
    expect([1, 2]).toContain(exitCode);
    expect(err).toContain(name);
    expect(err).toContain("fix: ");
    expect(err).not.toMatch(/a defect of Keyferry|^\s+at /m);
    expect(fs.readFileSync(folder, "utf8")).toBe("somebody's notes");
  },
);
