import { noBuckets } from "../fake-aws/no-buckets";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { ruleStateOf, createStateParameter } from "../../../scripts/engine/rule-state";
import { trustSeconds } from "../../../scripts/engine/lease";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

let cwd: string;
let stage: Stage;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-unlock-"));
  fs.writeFileSync(path.join(cwd, "keyferry.config.ts"), JSON.stringify(TWO_ACCOUNTS));
  stage = new Stage();
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

async function keyferry(argv: readonly string[], change: Partial<Host> = {}) {
  const answer = { exitCode: 0, out: "" };
  const host: Host = {
    env: {},
    cwd,
    out: (text) => void (answer.out += text),
    err: () => undefined,
    load: (file) => ({ default: JSON.parse(fs.readFileSync(file, "utf8")) as unknown }),
    clock: stage.clock,
    connect: () => stage.cloud.access(),
    connectAsDeployer: () => stage.deployer.access(),
    connectToBuckets: noBuckets,
    caller: async () => "arn:aws:iam::111111111111:user/me",
    hostName: "laptop",
    pid: 1,
    isAlive: () => true,
    onInterrupt: () => () => undefined,
    every: () => () => undefined,
    ...change,
  };
  answer.exitCode = await runCli(argv, host);
  return answer;
}

/** A lease that a run on another machine left behind. */
async function leave(host: string, secondsLeft: number): Promise<void> {
  const [rule] = stage.topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const ruleState = ruleStateOf(stage.topology, stage.cloud.access(), rule);
  const expires = new Date(ruleState.now().getTime() + secondsLeft * 1000).toISOString();
  const since = ruleState.now().toISOString();
  await createStateParameter(ruleState.lease, {
    owner: { host, pid: 77, run: "dead" },
    expires,
    since,
    number: 5,
  });
}

describe("keyferry unlock", () => {
  it("reports that no lease is held", async () => {
    expect(await keyferry(["unlock"])).toEqual({
      exitCode: 0,
      out: "no lease is held: keyferry run can start",
    });
  });

  it("prints who holds the lease and what breaking it does, and breaks nothing without confirmation", async () => {
    await leave("server", 500);
    const { exitCode, out } = await keyferry(["unlock"]);
    expect(exitCode).toBe(3);
    expect(out).toContain("is held by run dead (process 77 on server) since 2026-01-01T");
    expect(out).toContain("for web");
    expect(out).toContain("copies that it has started continue in AWS");
    expect(out).toContain("keyferry unlock --yes breaks it");
    await expect(stage.run()).rejects.toMatchObject({ code: "LeaseHeld" });
  });

  it.each([
    ["no", 3],
    ["yes", 0],
  ])("asks on a terminal: %s", async (answer, exitCode) => {
    await leave("server", 500);
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return answer;
    };
    expect((await keyferry(["unlock"], { ask })).exitCode).toBe(exitCode);
    expect(asked[0]).toContain("run dead");
  });

  it("releases the lease of a run whose clock was ahead, once that run can no longer act", async () => {
    await leave("server", 10 * 24 * 3600);
    expect((await keyferry(["unlock"])).out).toContain("clock of the machine that wrote it was ahead");
    expect((await keyferry(["unlock", "--yes"])).exitCode).toBe(0);
    await expect(stage.run()).rejects.toMatchObject({ code: "LeaseHeld" });
    stage.clock.advance(trustSeconds(AWS_SETTINGS.leaseSeconds));
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("ends a run that is still alive at its next change that requires the lease", async () => {
    let unlocked: Promise<unknown> | undefined;
    const ending = stage.run({
      listener: (event) => {
        if (event.code === "CopyStarted") unlocked ??= keyferry(["unlock", "--yes"], { hostName: "server" });
      },
      settings: { leaseSeconds: 60 },
    });
    await expect(ending).rejects.toMatchObject({ code: "LeaseLost" });
    await unlocked;
    stage.clock.advance(AWS_SETTINGS.leaseSeconds);
    expect((await stage.run({ isAlive: () => true })).state).toBe("done");
    expectCarried(stage);
  });

  it("refuses if the run is alive on this machine, and names its process", async () => {
    await leave("laptop", 500);
    const { exitCode, out } = await keyferry(["unlock", "--yes"]);
    expect(exitCode).toBe(3);
    expect(out).toContain("end it first (kill 77)");
    await expect(stage.run({ isAlive: () => true })).rejects.toMatchObject({ code: "LeaseHeld" });
  });
});
