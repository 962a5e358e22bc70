import type { JsonObject } from "../../../contract";
import type { Bench } from "../ec2/lib/bench";
import { group, idsOf, inService, members, onGroup, refusedOnGroup } from "./lib";

const start = (bench: Bench, Preferences: JsonObject): Promise<JsonObject> =>
  onGroup(bench, "StartInstanceRefresh", { Preferences });
const refresh = async (bench: Bench): Promise<JsonObject> => {
  const { InstanceRefreshes } = await onGroup(bench, "DescribeInstanceRefreshes");
  return (InstanceRefreshes as readonly JsonObject[])[0] ?? {};
};
const counted = async (bench: Bench, states: RegExp) =>
  (await members(bench)).filter(({ LifecycleState }) => states.test(String(LifecycleState))).length;

/** The minimum in service and the maximum in service or pending, checked every second until the refresh has ended. */
async function extremes(bench: Bench): Promise<{ least: number; most: number; status: unknown }> {
  let [least, most] = [Infinity, 0];
  for (let second = 0; second < 2000; second += 1) {
    await bench.clock.advance(1);
    least = Math.min(least, await counted(bench, /^InService/));
    most = Math.max(most, await counted(bench, /^(InService|Pending)/));
    const { Status, EndTime } = await refresh(bench);
    if (EndTime !== undefined) return { least, most, status: Status };
  }
  throw new Error("the refresh has not ended");
}

describe("a maximum healthy percentage", () => {
  it.each([
    ["launches one before it terminates one", "100", "110", { least: 4, most: 5 }],
    ["launches all before it terminates any", "100", "200", { least: 4, most: 8 }],
    ["uses the room on both sides", "75", "125", { least: 3, most: 5 }],
    ["of 100 launches nothing beforehand", "75", "100", { least: 3, most: 4 }],
  ])("%s", async (_what, MinHealthyPercentage, MaxHealthyPercentage, bounds) => {
    const bench = await inService({ DesiredCapacity: "4" });
    const before = await idsOf(bench);
    await start(bench, { MinHealthyPercentage, MaxHealthyPercentage, InstanceWarmup: "30" });
    expect(await extremes(bench)).toEqual({ ...bounds, status: "Successful" });
    await bench.clock.advance(60);
    const after = await idsOf(bench);
    expect([after.length, after.filter((id) => before.includes(id))]).toEqual([4, []]);
    expect((await group(bench)).DesiredCapacity).toBe(4);
  });

  it("leaves the group at its desired capacity when the refresh is cancelled", async () => {
    const bench = await inService({ DesiredCapacity: "4" });
    await start(bench, { MinHealthyPercentage: "100", MaxHealthyPercentage: "200", InstanceWarmup: "300" });
    await bench.clock.advance(30);
    expect((await members(bench)).length).toBe(8);
    await onGroup(bench, "CancelInstanceRefresh");
    await bench.clock.advance(120);
    expect(await refresh(bench)).toMatchObject({ Status: "Cancelled" });
    expect(await counted(bench, /^InService/)).toBe(4);
  });
});

describe("checkpoints", () => {
  const replaced = async (bench: Bench, before: readonly string[]) =>
    (await idsOf(bench)).filter((id) => !before.includes(id)).length;

  it("pause a refresh, each for its delay, and it continues automatically", async () => {
    const bench = await inService({ DesiredCapacity: "4" });
    const before = await idsOf(bench);
    await start(bench, {
      MinHealthyPercentage: "0",
      CheckpointPercentages: ["25", "50", "100"],
      CheckpointDelay: "7200",
    });
    for (const count of [1, 2]) {
      await bench.clock.advance(300);
      expect(await replaced(bench, before)).toBe(count);
      await bench.clock.advance(6600);
      expect(await replaced(bench, before)).toBe(count);
      expect(await refresh(bench)).toMatchObject({ Status: "InProgress", PercentageComplete: 25 * count });
      await bench.clock.advance(400);
    }
    await bench.clock.advance(600);
    expect(await replaced(bench, before)).toBe(4);
    expect(await refresh(bench)).toMatchObject({
      Status: "Successful",
      Preferences: { CheckpointPercentages: [25, 50, 100], CheckpointDelay: 7200 },
    });
  });

  it("that are reached at the same time cause one pause", async () => {
    const bench = await inService({ DesiredCapacity: "2" });
    const before = await idsOf(bench);
    await start(bench, { CheckpointPercentages: ["10", "40", "100"], CheckpointDelay: "1000" });
    await bench.clock.advance(900);
    expect(await replaced(bench, before)).toBe(1);
    await bench.clock.advance(400);
    expect(await refresh(bench)).toMatchObject({ Status: "Successful" });
  });

  it("that end below 100 percent leave the rest of the group unchanged, without a pause at the end", async () => {
    const bench = await inService({ DesiredCapacity: "4" });
    const before = await idsOf(bench);
    await start(bench, { MinHealthyPercentage: "0", CheckpointPercentages: ["50"] });
    await bench.clock.advance(300);
    expect(await refresh(bench)).toMatchObject({
      Status: "Successful",
      Preferences: { CheckpointDelay: 3600 },
    });
    expect(await replaced(bench, before)).toBe(2);
  });
});

describe("preferences that AWS refuses:", () => {
  it.each([
    [{ MaxHealthyPercentage: "110" }, /MinHealthyPercentage must be specified/],
    [{ MinHealthyPercentage: "50", MaxHealthyPercentage: "151" }, /cannot be greater than 100/],
    [{ MinHealthyPercentage: "100", MaxHealthyPercentage: "201" }, /from 100 to 200/],
    [{ MinHealthyPercentage: "101" }, /from 0 to 100/],
    [{ CheckpointDelay: "60" }, /CheckpointPercentages must be specified/],
    [{ CheckpointPercentages: ["50", "50"] }, /unique and in ascending order/],
    [{ CheckpointPercentages: ["50", "20", "100"] }, /unique and in ascending order/],
    [{ CheckpointPercentages: ["0", "100"] }, /from 1 to 100/],
    [{ CheckpointPercentages: ["100"], CheckpointDelay: "172801" }, /from 0 to 172800/],
  ])("%p", async (Preferences, expected) => {
    const bench = await inService();
    expect(await refusedOnGroup(bench, "StartInstanceRefresh", { Preferences })).toMatch(expected);
    expect(await refresh(bench)).toEqual({});
  });
});
