import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-report-"));
  writeTopology(cwd, TWO_ACCOUNTS);
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const NOT_COVERED =
  "The last run was restricted to prod; it does not cover 1 copy job: web -> staging eu-west-1.";

describe("the report after a run of some copy jobs", () => {
  it("shows on the page, as text and as JSON what is not covered, and status shows what was selected", async () => {
    const stage = new Stage();
    expect((await give(stage, cwd, ["run", "--only", "prod"])).exitCode).toBe(0);
    expect((await give(stage, cwd, ["report"])).out).toBe(
      `written to ${path.join(cwd, "report.html")}\n${NOT_COVERED}\n`,
    );
    expect(fs.readFileSync(path.join(cwd, "report.html"), "utf8")).toContain("web -&gt; staging eu-west-1.");
    const { out } = await give(stage, cwd, ["report", "--json", "--offline"]);
    expect(JSON.parse(out)).toMatchObject({ only: ["prod"], leftOut: ["web -> staging eu-west-1"] });
    expect((await give(stage, cwd, ["status"])).out).toContain("it was restricted to prod");
  });

  it("does not mention a restriction after a full run", async () => {
    const stage = new Stage();
    await give(stage, cwd, ["run", "--only", "prod"]);
    expect((await give(stage, cwd, ["run"])).exitCode).toBe(0);
    expect((await give(stage, cwd, ["report"])).out).toBe(`written to ${path.join(cwd, "report.html")}\n`);
    expect((await give(stage, cwd, ["status"])).out).not.toContain("restricted");
  });
});
