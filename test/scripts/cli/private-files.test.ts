import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeWhole } from "../../../core/whole-file";
import { Log } from "../../../scripts/terraform/log";
import { synthesise, synthSettings } from "../../../stacks";
import { acme, ACME } from "../../_helpers/topologies";
import { Stage } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

let cwd: string;
let mask: number;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-private-"));
  // A user whose files everyone can read and write.
  mask = process.umask(0);
});
afterEach(() => {
  process.umask(mask);
  fs.rmSync(cwd, { recursive: true });
});

const modeOf = (file: string) => (fs.statSync(path.join(cwd, file)).mode & 0o777).toString(8);

/** What other users can read or list below a directory; they cannot reach anything in a private directory. */
function open(directory = cwd): readonly string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if ((fs.statSync(file).mode & 0o077) === 0) return [];
    return [path.relative(cwd, file), ...(entry.isDirectory() ? open(file) : [])];
  });
}

test("files of runs and reports can be read only by their owner", async () => {
  writeTopology(cwd, ACME);
  const stage = new Stage();
  await give(stage, cwd, ["run"]);
  await give(stage, cwd, ["report", "--offline"]);
  expect(open()).toEqual(["keyferry.config.ts"]);
  expect(modeOf("manifest.json")).toBe("600");
  expect(modeOf("report.html")).toBe("600");
  expect(fs.readdirSync(path.join(cwd, ".keyferry/journal"))).toEqual(["acme.jsonl"]);
});

test("files for Terraform can be read only by their owner; the lock file, which is committed, can be read by everyone", () => {
  // As an earlier version left them.
  fs.mkdirSync(path.join(cwd, ".keyferry/state"), { recursive: true });
  fs.mkdirSync(path.join(cwd, "cdktf.out"));
  synthesise(acme(), synthSettings({}, cwd));
  Log.begin(path.join(cwd, ".keyferry/logs"), "deploy", new Date(), () => undefined).write("keys", "said");
  expect(modeOf(".keyferry/state")).toBe("700");
  expect(modeOf("cdktf.out")).toBe("700");
  expect(modeOf(".keyferry/logs")).toBe("700");
  expect(modeOf("keyferry.lock.json")).toBe("644");
});

test("an existing temporary file with open permissions does not make the file readable", () => {
  const file = path.join(cwd, "manifest.json");
  fs.writeFileSync(`${file}.${process.pid}.tmp`, "left", { mode: 0o666 });
  writeWhole(file, "{}");
  expect(modeOf("manifest.json")).toBe("600");
});

test("no partial file remains if a file cannot be written", () => {
  fs.mkdirSync(path.join(cwd, "manifest.json"));
  expect(() => writeWhole(path.join(cwd, "manifest.json"), "{}")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(fs.readdirSync(cwd)).toEqual(["manifest.json"]);
});
