import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

/** A device that fails every write like a full disk; only Linux has it. */
const FULL = "/dev/full";
const onLinux = fs.existsSync(FULL) ? describe : describe.skip;

let cwd: string;
let stage: Stage;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-full-"));
  stage = new Stage();
  writeTopology(cwd, TWO_ACCOUNTS);
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** Makes writes to a file fail; the file keeps its content. */
function fill(file: string): void {
  fs.symlinkSync(FULL, path.join(cwd, `${file}.${process.pid}.tmp`));
}

onLinux("if the disk is full when a result is written", () => {
  it("a run completes, prints its result, names the file, and leaves no partial file", async () => {
    fs.writeFileSync(path.join(cwd, "manifest.json"), "earlier");
    fill("manifest.json");
    const { exitCode, out, err } = await give(stage, cwd, ["run"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("/images/web");
    expect(err).toContain("ENOSPC: no space left on device");
    expect(err).toContain(path.join(cwd, "manifest.json"));
    expect(err).not.toMatch(/defect|^\s+at /m);
    expectCarried(stage);
    expect(fs.readFileSync(path.join(cwd, "manifest.json"), "utf8")).toBe("earlier");
    expect(fs.readdirSync(cwd).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    expect((await give(stage, cwd, ["run"])).exitCode).toBe(0);
    expect(fs.readFileSync(path.join(cwd, "manifest.json"), "utf8")).toContain('"topology": "acme"');
  });

  it("the report fails with the reason, and the earlier page remains", async () => {
    await give(stage, cwd, ["run"]);
    fs.writeFileSync(path.join(cwd, "report.html"), "earlier");
    fill("report.html");
    const { exitCode, err } = await give(stage, cwd, ["report"]);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/ENOSPC[^]*report\.html/);
    expect(err).not.toMatch(/defect|^\s+at /m);
    expect(fs.readFileSync(path.join(cwd, "report.html"), "utf8")).toBe("earlier");
  });
});
