import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { synthesise, synthSettings } from "../../../stacks";
import { resolveTopology } from "../../../topology";
import { ACME } from "../../_helpers/topologies";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-doctor-"));
  fs.writeFileSync(path.join(cwd, "keyferry.config.ts"), JSON.stringify(ACME));
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

async function doctor(...argv: string[]) {
  const answer = { exitCode: 0, out: "", err: "" };
  const never = (): never => {
    throw new Error("doctor must not reach for AWS");
  };
  const host: Host = {
    env: {},
    cwd,
    out: (text) => void (answer.out += `${text}\n`),
    err: (text) => void (answer.err += `${text}\n`),
    load: (file) => ({ default: JSON.parse(fs.readFileSync(file, "utf8")) as unknown }),
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
  answer.exitCode = await runCli(["doctor", ...argv], host);
  return answer;
}

/** Edits a synthesised stack. */
function edit(stack: string, from: string, to: string): void {
  const file = path.join(cwd, "cdktf.out/stacks", stack, "cdk.tf.json");
  const before = fs.readFileSync(file, "utf8");
  expect(before).toContain(from);
  fs.writeFileSync(file, before.replaceAll(from, to));
}

describe("doctor", () => {
  it.each([
    [["--offline", "--policy", "x.json"], /one check at a time/],
    [["--kind", "key"], /needs --policy/],
    [["--kind", "door", "--policy", "x.json"], /key, identity, trust, bucket/],
    [["--policy", "absent.json"], /absent\.json/],
    [["--offline"], /no synthesised stacks/],
    [["--offline", "--synth", "elsewhere"], /elsewhere/],
  ])("%j is wrong usage and exits with 2", async (argv, says) => {
    const { exitCode, out, err } = await doctor(...argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toMatch(says);
  });
});

describe("doctor --offline", () => {
  let synthesised: string;
  beforeAll(() => {
    synthesised = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-doctor-"));
    synthesise(resolveTopology(ACME), synthSettings({}, synthesised));
  });
  afterAll(() => fs.rmSync(synthesised, { recursive: true }));
  beforeEach(() => fs.cpSync(synthesised, cwd, { recursive: true }));

  it("proves the synthesised stacks without a call to AWS", async () => {
    const { exitCode, out } = await doctor("--offline");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/web -> prod eu-central-1 +(\d+) of \1 +(\d+) of \2 +allowed/);
    expect(out).toMatch(/web -> staging eu-west-1 .* allowed/);
    expect(out).toMatch(/assumptions:[^]*alias\/app-data/);
  });

  it("as JSON contains every call with its request and verdict", async () => {
    const answer = JSON.parse((await doctor("--offline", "--json")).out) as {
      ok: boolean;
      jobs: { job: string; calls: number[] }[];
      calls: { action: string; context: object; verdict: { allowed: boolean } }[];
    };
    expect(answer.ok).toBe(true);
    const calls = answer.jobs[0]?.calls.map((number) => answer.calls[number]) ?? [];
    expect(calls).toContainEqual(
      expect.objectContaining({
        action: "kms:CreateGrant",
        context: expect.objectContaining({ "kms:ViaService": "ec2.eu-west-1.amazonaws.com" }),
      }),
    );
    expect(calls.every((call) => call?.verdict.allowed)).toBe(true);
  });

  it("exits with 1 if a call of a job is refused, and names job, call, statement and account", async () => {
    edit(
      "foundation-keys-builder",
      'CopiersGrantToEbs\\",\\"Effect\\":\\"Allow',
      'X\\",\\"Effect\\":\\"Deny',
    );
    const { exitCode, out } = await doctor("--offline");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/web -> prod eu-central-1 .* REFUSED/);
    expect(out).toMatch(
      /web -> prod eu-central-1: role\/keyferry-acme-runner of 222222222222: kms:CreateGrant on key alias\/keyferry\/acme\/transit of 111111111111 eu-west-1 is refused/,
    );
  });

  it("exits with 1 if a policy allows more than the jobs need", async () => {
    edit("foundation-access-prod", "ssm:PutParameter", "ssm:*");
    const { exitCode, out } = await doctor("--offline", "--synth", "cdktf.out");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/outside of every copy job: .*ssm:.* allowed by statement Publish/);
    expect(out).not.toContain("REFUSED");
  });
});

describe("doctor --policy", () => {
  const write = (document: object) =>
    fs.writeFileSync(path.join(cwd, "policy.json"), JSON.stringify(document));
  const GOOD = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Owner",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };

  it("exits with 0 for a policy without mistakes", async () => {
    write(GOOD);
    const answer = await doctor("--policy", "policy.json", "--kind", "key");
    expect(answer).toEqual({
      exitCode: 0,
      out: expect.stringContaining("no mistake found"),
      err: "the policy only: no AWS calls, no topology\n",
    });
  });

  it("exits with 1 for a policy with mistakes, and prints where, why and how to fix them", async () => {
    write({ ...GOOD, Statement: [...GOOD.Statement, { ...GOOD.Statement[0], Resource: "arn:aws:s3:::b" }] });
    const { exitCode, out } = await doctor("--policy", "policy.json", "--kind", "key");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/Statement\[1\]\.Resource[^]*why:[^]*fix:/);
    const json = JSON.parse((await doctor("--policy", "policy.json", "--json")).out) as {
      findings: unknown[];
    };
    expect(json.findings.length).toBeGreaterThan(0);
  });

  it("checks every policy of a CloudFormation template, and refuses --kind with it", async () => {
    const template = (policy: object) => ({
      Resources: { Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: policy } } },
    });
    write(template(GOOD));
    expect(await doctor("--policy", "policy.json")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Key KeyPolicy: no mistake found"),
    });
    const refused = await doctor("--policy", "policy.json", "--kind", "key");
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain("whose resource types determine the kind of each policy");
    write(template({ ...GOOD, Statement: [{ ...GOOD.Statement[0], Action: "kms:Decript" }] }));
    const { exitCode, out } = await doctor("--policy", "policy.json", "--json");
    const { policies } = JSON.parse(out) as { policies: { name: string; findings: { rule: string }[] }[] };
    expect(exitCode).toBe(1);
    expect(policies.map(({ name }) => name)).toEqual(["Key KeyPolicy"]);
    expect(policies[0]?.findings.map(({ rule }) => rule)).toContain("unknown-action");
  });
});
