import type { AwsAccess } from "../../../scripts/aws";
import { checkAttempt } from "../../../scripts/aws/attempts";
import { readLease, type LeaseKeeper } from "../../../scripts/engine/lease-record";
import { ruleStateOf, type RuleState } from "../../../scripts/engine/rule-state";
import { FRESH_SECONDS, takeLease, type HeldLease } from "../../../scripts/engine/lease";
import { releaseAll, takeLeases, type Taking } from "../../../scripts/engine/take-leases";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const HOUR = 3600;

/** Rules that start in two Regions of one account. */
function setUp() {
  const from = (region: string) => ({ account: "builder", region, newest: { name: "web-*" } });
  const to = [{ account: "prod", regions: ["eu-central-1"] }];
  const stage = new Stage({
    ...TWO_ACCOUNTS,
    images: { web: { from: from("eu-west-1"), to }, api: { from: from("eu-north-1"), to } },
  });
  const aws = stage.cloud.access();
  const state = (name: string): RuleState => {
    const rule = stage.topology.rules.find((one) => one.name === name);
    if (rule === undefined) throw new TypeError(`no rule ${name}`);
    return ruleStateOf(stage.topology, aws, rule);
  };
  const keeper = (run: string): LeaseKeeper => ({
    me: { host: run, pid: 7, run },
    clock: stage.clock,
    settings: AWS_SETTINGS,
    isAlive: () => true,
  });
  const take = (run: string, taking: Taking = {}, signal = new AbortController().signal, access = aws) =>
    takeLeases({ ...stage, aws: access }, stage.topology.rules, keeper(run), signal, taking);
  const holder = async (name: string) => (await readLease(state(name)))?.owner.run;
  return { stage, aws, state, keeper, take, holder };
}

describe("leases that another run holds", () => {
  it("are refused immediately without a wait, and nothing is held then", async () => {
    const { state, keeper, take, holder } = setUp();
    await takeLease(state("web"), keeper("other"));
    await expect(take("mine")).rejects.toMatchObject({ code: "LeaseHeld" });
    expect([await holder("web"), await holder("api")]).toEqual(["other", undefined]);
  });

  it("are waited for, and the waiting run holds nothing in the meantime", async () => {
    const { stage, state, keeper, take, holder } = setUp();
    const other = await takeLease(state("web"), keeper("other"));
    const waits: unknown[] = [];
    const taken = take("mine", {
      waitSeconds: HOUR,
      onWait: (rules, because) => waits.push([rules.map(({ name }) => name), because]),
    });
    await stage.clock.sleep(100);
    expect([await holder("web"), await holder("api")]).toEqual(["other", undefined]);
    await other.release();
    expect(await taken).toHaveLength(2);
    expect([await holder("web"), await holder("api")]).toEqual(["mine", "mine"]);
    expect(waits).toEqual([[["web"], expect.stringContaining("is held by run other (process 7 on other)")]]);
  });

  it("are also waited for if another run took them between the read and the write of a slow machine", async () => {
    const { stage, aws, state, keeper, take, holder } = setUp();
    let other: HeldLease | undefined;
    const slow: AwsAccess = {
      ...aws,
      parameters: (place) => ({
        ...aws.parameters(place),
        put: async (parameter) => {
          if (other === undefined && place.region === "eu-west-1") {
            other = await takeLease(state("web"), keeper("other"));
            stage.clock.advance(FRESH_SECONDS + 1);
          }
          await checkAttempt();
          return aws.parameters(place).put(parameter);
        },
      }),
    };
    const waiting = jest.fn();
    const taken = take("mine", { waitSeconds: HOUR, onWait: waiting }, undefined, slow);
    await stage.clock.sleep(100);
    expect([await holder("web"), waiting.mock.calls.length]).toEqual(["other", 1]);
    await other?.release();
    await taken;
    expect([await holder("web"), await holder("api")]).toEqual(["mine", "mine"]);
  });

  it("are refused at the end of the wait", async () => {
    const { stage, state, keeper, take } = setUp();
    await takeLease(state("api"), keeper("other"));
    const since = stage.clock.steady();
    await expect(take("mine", { waitSeconds: 100 })).rejects.toMatchObject({ code: "LeaseHeld" });
    expect(stage.clock.steady() - since).toBe(100);
  });

  it("are taken over from a run that died, when they expire during the wait", async () => {
    const { state, keeper, take } = setUp();
    await takeLease(state("web"), keeper("dead"));
    const from: string[] = [];
    await take("mine", { waitSeconds: HOUR, onTaken: ({ because }) => from.push(because) });
    expect(from).toEqual([expect.stringContaining("it expired at")]);
  });

  it("are no longer waited for after an interruption, and nothing is held then", async () => {
    const { stage, state, keeper, take, holder } = setUp();
    await takeLease(state("web"), keeper("other"));
    const stop = new AbortController();
    const taken = take("mine", { waitSeconds: HOUR }, stop.signal);
    await stage.clock.sleep(50);
    stop.abort();
    await expect(taken).rejects.toMatchObject({ code: "Interrupted" });
    expect(await holder("api")).toBeUndefined();
  });
});

it("eight runs that are started together get the leases one after the other, and all of them get them", async () => {
  const { stage, take } = setUp();
  let atOnce = 0;
  let most = 0;
  const runs = Array.from({ length: 8 }, async (_, number) => {
    const leases = await take(`run-${number}`, { waitSeconds: HOUR });
    atOnce += 1;
    most = Math.max(most, atOnce);
    await stage.clock.sleep(60);
    for (const lease of leases) await lease.confirm();
    atOnce -= 1;
    await releaseAll(leases);
  });
  await Promise.all(runs);
  expect(most).toBe(1);
});

it("a lease that is released and taken again between two reads is never overwritten", async () => {
  const { stage, state, keeper } = setUp();
  const { lease, now } = state("web");
  const first = await takeLease(state("web"), keeper("first"));
  let reads = 0;
  const parameters: typeof lease.parameters = {
    ...lease.parameters,
    // Absent at the first read, created by others before this run creates it, absent at the second read, and created again.
    read: async (name) => {
      reads += 1;
      if (reads === 1) return undefined;
      if (reads > 2) return lease.parameters.read(name);
      await first.release();
      const seen = await lease.parameters.read(name);
      await takeLease(state("web"), keeper("second"));
      return seen;
    },
  };
  await expect(takeLease({ lease: { ...lease, parameters }, now }, keeper("mine"))).rejects.toMatchObject({
    code: "LeaseHeld",
  });
  expect((await readLease(state("web")))?.owner.run).toBe("second");
  expect(stage.cloud.parameters.get(`111111111111/eu-west-1 ${lease.name}`)).toHaveLength(1);
});
