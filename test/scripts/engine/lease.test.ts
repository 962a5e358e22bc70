import type { RuleState } from "../../../scripts/engine/rule-state";
import {
  ruleStateOf,
  createStateParameter,
  overwriteStateParameter,
} from "../../../scripts/engine/rule-state";
import type { Clock } from "../../../scripts/engine/clock";
import { keepLeases } from "../../../scripts/engine/keep-leases";
import { takeLease, type HeldLease } from "../../../scripts/engine/lease";
import { readLease, type LeaseKeeper } from "../../../scripts/engine/lease-record";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Stage } from "../fake-aws/stage";

function setUp() {
  const stage = new Stage();
  const [rule] = stage.topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const ruleState: RuleState = ruleStateOf(stage.topology, stage.cloud.access(), rule);
  const keeper = (run: string, host: string, alive: boolean): LeaseKeeper => ({
    me: { host, pid: 7, run },
    clock: stage.clock,
    settings: AWS_SETTINGS,
    isAlive: () => alive,
  });
  return { stage, ruleState, keeper };
}

/** A laptop: while it sleeps its monotonic clock stops; its other clock can be set. */
function laptop() {
  const { stage, ruleState, keeper } = setUp();
  let dozed = 0;
  let put = 0;
  const now = () => stage.clock.now().getTime() + put * 1000;
  const clock: Clock = {
    now: () => new Date(now()),
    steady: () => stage.clock.steady() - dozed,
    sleep: (seconds, signal) => stage.clock.sleep(seconds, signal),
  };
  const machine = {
    keeper: { ...keeper("a", "laptop", true), clock },
    now,
    doze(seconds: number) {
      dozed += seconds;
      stage.clock.advance(seconds);
    },
    set: (seconds: number) => void (put += seconds),
  };
  return { stage, ruleState, keeper, machine };
}

describe("the run lease", () => {
  /** A lease that is still renewed when its test ends would keep the fake clock running forever. */
  let stop = new AbortController();
  beforeEach(() => void (stop = new AbortController()));
  afterEach(() => stop.abort());

  it("is written below the topology's path in the source account", async () => {
    const { stage, ruleState, keeper } = setUp();
    await takeLease(ruleState, keeper("a", "laptop", true));
    expect([...stage.cloud.parameters.keys()]).toEqual(["111111111111/eu-west-1 /keyferry/acme/lease"]);
  });

  it("has lineage tags, also after a renewal", async () => {
    const { stage, ruleState, keeper } = setUp();
    await (await takeLease(ruleState, keeper("a", "laptop", true))).renew();
    expect([...stage.cloud.parameterTags.values()]).toEqual([
      { "keyferry:topology": "acme", "keyferry:role": "lease" },
    ]);
  });

  it("keeps a second run out while its process is alive, and names its holder", async () => {
    const { ruleState, keeper } = setUp();
    await takeLease(ruleState, keeper("a", "laptop", true));
    await expect(takeLease(ruleState, keeper("b", "laptop", true))).rejects.toThrow(
      "run a (process 7 on laptop)",
    );
  });

  it("is taken over from a dead process of the same host, not of another host", async () => {
    const { ruleState, keeper } = setUp();
    await takeLease(ruleState, keeper("a", "laptop", true));
    await expect(takeLease(ruleState, keeper("b", "server", false))).rejects.toMatchObject({
      code: "LeaseHeld",
    });
    const lease = await takeLease(ruleState, keeper("b", "laptop", false));
    expect(lease.takenFrom?.because).toContain("process 7 on this host is dead");
    expect((await readLease(ruleState))?.owner.run).toBe("b");
  });

  it("is taken over from any holder once it has expired", async () => {
    const { stage, ruleState, keeper } = setUp();
    await takeLease(ruleState, keeper("a", "laptop", true));
    stage.clock.advance(AWS_SETTINGS.leaseSeconds);
    const lease = await takeLease(ruleState, keeper("b", "server", true));
    expect(lease.takenFrom?.because).toContain("it expired");
  });

  it("is acquired by exactly one of two runs that take it over at the same time", async () => {
    const { ruleState, keeper } = setUp();
    await takeLease(ruleState, keeper("a", "laptop", true));
    const both = await Promise.allSettled([
      takeLease(ruleState, keeper("b", "laptop", false)),
      takeLease(ruleState, keeper("c", "laptop", false)),
    ]);
    expect(both.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  it("is renewed while the run is alive", async () => {
    const { stage, ruleState, keeper } = setUp();
    const mine = keeper("a", "laptop", true);
    const lease = await takeLease(ruleState, mine);
    const keeping = keepLeases([lease], mine, stop.signal, () => undefined);
    await stage.clock.sleep(AWS_SETTINGS.leaseSeconds * 5);
    expect(Date.parse((await readLease(ruleState))?.expires ?? "")).toBeGreaterThan(
      stage.clock.now().getTime(),
    );
    stop.abort();
    await keeping;
  });

  it("notifies its run when another run has taken it, and is not released by the loser", async () => {
    const { stage, ruleState, keeper } = setUp();
    const mine = keeper("a", "laptop", true);
    const lease = await takeLease(ruleState, mine);
    stage.clock.advance(AWS_SETTINGS.leaseSeconds);
    await takeLease(ruleState, keeper("b", "server", true));
    const lost: unknown[] = [];
    await keepLeases([lease], mine, stop.signal, (error) => lost.push(error));
    expect(lost).toMatchObject([{ code: "LeaseLost" }]);
    await lease.release();
    expect((await readLease(ruleState))?.owner.run).toBe("b");
  });

  it("is renewed as soon as a machine wakes after the expiry, if no other run has taken it", async () => {
    const { ruleState, machine } = laptop();
    const lease = await takeLease(ruleState, machine.keeper);
    const keeping = keepLeases([lease], machine.keeper, stop.signal, () => stop.abort());
    machine.doze(3600);
    await machine.keeper.clock.sleep(30);
    expect(Date.parse((await readLease(ruleState))?.expires ?? "")).toBeGreaterThan(machine.now());
    expect(stop.signal.aborted).toBe(false);
    stop.abort();
    await keeping;
  });

  it("is reported as lost as soon as a machine wakes if another run has taken over in the meantime", async () => {
    const { ruleState, keeper, machine } = laptop();
    const lease = await takeLease(ruleState, machine.keeper);
    const keeping = keepLeases([lease], machine.keeper, stop.signal, () => undefined);
    machine.doze(3600);
    await overwriteStateParameter(ruleState.lease, {
      owner: keeper("b", "server", true).me,
      expires: "2030-01-01",
    });
    const wokenAt = machine.now();
    await keeping;
    expect(machine.now() - wokenAt).toBeLessThan(30_000);
  });

  it("is kept if the network is not available yet when a machine wakes", async () => {
    const { ruleState, machine } = laptop();
    const lease = await takeLease(ruleState, machine.keeper);
    let failures = 5;
    const unsure: HeldLease = {
      ...lease,
      renew: () => ((failures -= 1) < 0 ? lease.renew() : Promise.reject(new TypeError("ENOTFOUND"))),
    };
    const keeping = keepLeases([unsure], machine.keeper, stop.signal, () => stop.abort());
    machine.doze(3600);
    await machine.keeper.clock.sleep(120);
    expect(failures).toBeLessThan(0);
    expect(stop.signal.aborted).toBe(false);
    stop.abort();
    await keeping;
  });

  it("is renewed in time although the machine's clock is set back", async () => {
    const { ruleState, machine } = laptop();
    const lease = await takeLease(ruleState, machine.keeper);
    let renewals = 0;
    const counted: HeldLease = {
      ...lease,
      renew: async () => {
        renewals += 1;
        await lease.renew();
      },
    };
    const keeping = keepLeases([counted], machine.keeper, stop.signal, () => stop.abort());
    machine.set(-3600);
    await machine.keeper.clock.sleep(AWS_SETTINGS.leaseSeconds);
    expect(renewals).toBeGreaterThanOrEqual(2);
    stop.abort();
    await keeping;
  });

  it("is reported as lost when it has expired because it could not be renewed", async () => {
    const { stage, ruleState, keeper } = setUp();
    const mine = keeper("a", "laptop", true);
    const lease = await takeLease(ruleState, mine);
    const takenAt = stage.clock.now().getTime();
    const gone = new TypeError("ENOTFOUND");
    const lost: unknown[] = [];
    const failing: HeldLease = { ...lease, renew: () => Promise.reject(gone) };
    await keepLeases([failing], mine, stop.signal, (error) => lost.push(error));
    expect(lost).toEqual([gone]);
    expect((stage.clock.now().getTime() - takenAt) / 1000).toBe(AWS_SETTINGS.leaseSeconds);
  });

  it("is lost if another run takes it over while a suspended run renews it", async () => {
    const { stage, ruleState, keeper } = setUp();
    const lease = await takeLease(ruleState, keeper("a", "laptop", true));
    stage.clock.advance(3600);
    const renewing = lease.renew();
    await stage.clock.sleep(1);
    await overwriteStateParameter(ruleState.lease, {
      owner: { host: "server", pid: 7, run: "b" },
      expires: "2030-01-01",
    });
    await expect(renewing).rejects.toMatchObject({ code: "LeaseLost" });
  });

  it.each(["{}", "null", "7", '{"owner":"me"}', '{"owner":{"run":"b"},"expires":"never"}', "torn"])(
    "is taken over if its parameter cannot be parsed: %s",
    async (text) => {
      const { stage, ruleState, keeper } = setUp();
      await createStateParameter(ruleState.lease, {});
      stage.cloud.parameters.set(`111111111111/eu-west-1 ${ruleState.lease.name}`, [
        { value: text, shownAt: 0 },
      ]);
      const lease = await takeLease(ruleState, keeper("a", "laptop", true));
      expect(lease.takenFrom).toEqual({ owner: "unknown", because: "it cannot be read" });
    },
  );

  it("does not exist after its release", async () => {
    const { ruleState, keeper } = setUp();
    await (await takeLease(ruleState, keeper("a", "laptop", true))).release();
    expect(await readLease(ruleState)).toBeUndefined();
  });
});
