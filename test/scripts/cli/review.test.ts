import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import type { StackFiles } from "../../../review";
import { copyPlan } from "../../review/copy-plan";
import { edited, ESTATE, type Edit } from "../../review/estate";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-review-"));
  write("base", ESTATE);
  write("same", ESTATE);
  write("open", edited(ESTATE, OPENED));
  write("cdktf.out", ESTATE);
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const STATEMENTS = "/builder/resource/aws_kms_key/data/policy/Statement";
const OPENED: readonly Edit[] = [
  [`${STATEMENTS}/-`, { Effect: "Allow", Principal: "*", Action: ["kms:Encrypt"], Resource: ["*"] }],
];

function write(directory: string, stacks: StackFiles): void {
  for (const [name, stack] of Object.entries(stacks)) {
    const folder = path.join(cwd, directory, "stacks", name);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify(stack));
  }
}

async function review(...argv: string[]) {
  const answer = { exitCode: 0, out: "", err: "" };
  const never = (): never => {
    throw new Error("review must not reach for AWS");
  };
  const host: Host = {
    env: {},
    cwd,
    out: (text) => void (answer.out += `${text}\n`),
    err: (text) => void (answer.err += `${text}\n`),
    load: never,
    clock: { now: () => new Date(0), steady: () => 0, sleep: never },
    connect: never,
    caller: never,
    connectAsDeployer: never,
    connectToBuckets: never,
    hostName: "laptop",
    pid: 1,
    isAlive: () => false,
    onInterrupt: () => () => undefined,
    every: () => () => undefined,
  };
  answer.exitCode = await runCli(["review", ...argv], host);
  return answer;
}

describe("review", () => {
  it("exits with 0 and prints one line if nothing changes", async () => {
    const { exitCode, out } = await review("base", "same");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^No principal gains or loses a right/);
  });

  it("compares with the last synthesis, unless a head is named", async () => {
    expect((await review("open")).out).toContain("everybody loses kms:Encrypt");
  });

  it("exits with 1 if a finding is blocking", async () => {
    const { exitCode, out } = await review("base", "open");
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /blocking:\n- everybody gains kms:Encrypt on key alias\/data .*\[opened-to-everybody\]/,
    );
  });

  it.each([
    [[], /nothing is given/],
    [["base", "same", "--from", "x.json"], /in more than one way/],
    [["absent", "same"], /absent: there is no such directory, and no Git repository/],
    [["base/stacks", "same"], /no synthesised stacks/],
    [["base", "same", "--settings", "absent.json"], /absent\.json/],
    [["base", "same", "--format", "pdf"], /text, markdown, json, sarif, github/],
    [["base", "same", "--json", "--format", "sarif"], /leave one of them out/],
    [["base", "same", "--comment"], /GITHUB_TOKEN[^]*GITHUB_REPOSITORY[^]*GITHUB_EVENT_PATH/],
    [["--plan", "base/stacks/builder/cdk.tf.json"], /terraform show -json/],
    [["--from", "base/stacks/builder/cdk.tf.json"], /cdk\.tf\.json|version/],
  ])("%j is wrong usage and exits with 2", async (argv, says) => {
    const { exitCode, out, err } = await review(...argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toMatch(says);
  });

  it("reads severities and exceptions with reasons from keyferry.review.json", async () => {
    const exceptions = [
      { rule: "opened-to-everybody", resource: "key alias/data *", reason: "a public key" },
    ];
    fs.writeFileSync(path.join(cwd, "keyferry.review.json"), JSON.stringify({ exceptions }));
    const excepted = await review("base", "open");
    expect(excepted.exitCode).toBe(0);
    expect(excepted.out).toContain("accepted: a public key");

    fs.writeFileSync(path.join(cwd, "off.json"), JSON.stringify({ rules: { "opened-to-everybody": "off" } }));
    const off = await review("base", "open", "--settings", "off.json");
    expect(off.exitCode).toBe(0);
    expect(off.out).toMatch(/^No principal gains/);
  });

  it("reports all problems of the settings together", async () => {
    const settings = {
      rules: { "no-such-rule": "off", "right-lost": "off" },
      exceptions: [{ rule: "neither", reason: "x" }],
    };
    fs.writeFileSync(path.join(cwd, "keyferry.review.json"), JSON.stringify(settings));
    const { exitCode, err } = await review("base", "open");
    expect(exitCode).toBe(2);
    expect(err).toMatch(/2 problems[^]*no-such-rule[^]*neither/);
  });

  it("shows a review that another process has written, with the same exit code", async () => {
    const { out } = await review("base", "open", "--json");
    fs.writeFileSync(path.join(cwd, "review.json"), out);
    const shown = await review("--from", "review.json", "--format", "markdown");
    expect(shown.exitCode).toBe(1);
    expect(shown.out).toContain("## Keyferry review: blocked");
  });

  describe("with plans of the copies", () => {
    const MOVED = copyPlan({ gib: [60, 60], once: 1.2, monthly: 3 });
    beforeEach(() => {
      plan("before.json", copyPlan());
      plan("after.json", MOVED);
      plan("wrong.json", { rules: [{ rule: "web", dataGiB: -1 }], unknown: [] });
    });
    const plan = (file: string, value: unknown) =>
      fs.writeFileSync(path.join(cwd, file), JSON.stringify(value));
    const copies = (base: string, head: string) => ["--copies-base", base, "--copies-head", head];

    it.each([
      ["text", /the next run moves 120 GiB.* \[copy-data-changed\]/s],
      ["markdown", /<code>total-cost-changed<\/code>/],
      ["sarif", /"ruleId":"copy-cost-changed","level":"note"/],
      ["github", /^::notice title=keyferry review%3A copy-data-changed::/m],
    ])("reports data and costs as %s", async (format, says) => {
      const answer = await review("base", "same", ...copies("before.json", "after.json"), "--format", format);
      expect(answer.exitCode).toBe(0);
      expect(answer.out).toMatch(says);
    });

    it("reports them as numbers in JSON, which is shown again unchanged", async () => {
      const { out } = await review("base", "same", ...copies("before.json", "after.json"), "--json");
      expect(JSON.parse(out)).toMatchObject({
        findings: [
          { data: { before: { gib: 0 }, after: { gib: 120, crossRegionGiB: 60 } } },
          { cost: { before: { once: 0 }, after: { currency: "USD", once: 2.4, monthly: 6 } } },
          { rule: "total-cost-changed" },
        ],
      });
      fs.writeFileSync(path.join(cwd, "review.json"), out);
      expect((await review("--from", "review.json", "--json")).out).toBe(out);
    });

    it("is blocking if the settings require it", async () => {
      plan("strict.json", { rules: { "total-cost-changed": "blocking" } });
      const sides = copies("before.json", "after.json");
      expect((await review("base", "same", ...sides, "--settings", "strict.json")).exitCode).toBe(1);
    });

    it.each([
      [["base", "same", "--copies-base", "before.json"], /--copies-head: it is missing/],
      [["base", "same", "--copies-head", "after.json"], /--copies-base: it is missing/],
      [["--from", "review.json", ...copies("before.json", "after.json")], /only with two syntheses or refs/],
      [["--plan", "plan.json", ...copies("before.json", "after.json")], /only with two syntheses or refs/],
      [["base", "same", ...copies("-", "-")], /standard input can be read only once/],
      [["base", "same", ...copies("absent.json", "after.json")], /absent\.json: it cannot be read/],
      [
        ["base", "same", ...copies("wrong.json", "base/stacks/builder/cdk.tf.json")],
        /wrong\.json: rules\[0\]\.dataGiB.*it is -1[^]*wrong\.json: rules\[0\]\.copies[^]*cdk\.tf\.json: rules[^]*npx keyferry plan --json/,
      ],
    ])("%j is wrong usage and exits with 2", async (argv, says) => {
      const { exitCode, out, err } = await review(...argv);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
      expect(err).toMatch(says);
    });
  });
});
