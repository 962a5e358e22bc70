import type { JsonObject } from "../../../contract";
import { createBench, IRELAND, SRC, type Bench } from "../ec2/lib/bench";
import { activities, create, idsOf, inService, members, onGroup, refusedOnGroup, template } from "./lib";

const LAUNCHING = {
  LifecycleHookName: "prepare",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
  HeartbeatTimeout: "300",
};

/** One instance that waits for a hook before it goes into service. */
async function waiting(hook: JsonObject = {}): Promise<Bench> {
  const bench = createBench();
  template(bench);
  await create(bench, { DesiredCapacity: "1", LifecycleHookSpecificationList: [{ ...LAUNCHING, ...hook }] });
  await bench.clock.advance(60);
  return bench;
}

const complete = async (bench: Bench, LifecycleActionResult: string): Promise<void> => {
  const [InstanceId] = await idsOf(bench);
  await onGroup(bench, "CompleteLifecycleAction", {
    LifecycleHookName: "prepare",
    InstanceId,
    LifecycleActionResult,
  });
};

describe("a lifecycle hook at launch", () => {
  it("keeps the instance out of service until it is completed", async () => {
    const bench = await waiting();
    expect(await members(bench)).toMatchObject([{ LifecycleState: "Pending:Wait" }]);
    expect(await activities(bench)).toMatchObject([{ StatusCode: "MidLifecycleAction" }]);
    await complete(bench, "CONTINUE");
    await bench.clock.advance(1);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "InService" }]);
    expect(await activities(bench)).toMatchObject([{ StatusCode: "Successful" }]);
  });

  it("that is abandoned terminates the instance, which is replaced", async () => {
    const bench = await waiting();
    const [first] = await idsOf(bench);
    await complete(bench, "ABANDON");
    await bench.clock.advance(60);
    const [, launching] = (await activities(bench)).slice(-2);
    expect(launching).toMatchObject({
      StatusCode: "Cancelled",
      StatusMessage: expect.stringMatching(
        /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [-\w]+ was abandoned: Lifecycle Action Completed with ABANDON Result$/,
      ),
    });
    expect(bench.state.instances[first!]?.state).toBe("terminated");
    expect(await idsOf(bench)).not.toContain(first);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "Pending:Wait" }]);
  });

  it.each([
    ["CONTINUE", "InService"],
    ["ABANDON", undefined],
  ])("that no one completes ends with its default result: %s", async (DefaultResult, state) => {
    const bench = await waiting({ DefaultResult });
    const [first] = await idsOf(bench);
    await bench.clock.advance(300);
    const found = (await members(bench)).find(({ InstanceId }) => InstanceId === first);
    expect(found?.LifecycleState).toBe(state);
  });

  it("is extended by a heartbeat", async () => {
    const bench = await waiting({ DefaultResult: "CONTINUE" });
    await bench.clock.advance(200);
    const [InstanceId] = await idsOf(bench);
    await onGroup(bench, "RecordLifecycleActionHeartbeat", { LifecycleHookName: "prepare", InstanceId });
    await bench.clock.advance(200);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "Pending:Wait" }]);
    await bench.clock.advance(110);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "InService" }]);
  });
});

describe("a lifecycle hook at termination", () => {
  it("keeps the instance until it is completed, with either result", async () => {
    const bench = await inService({ DesiredCapacity: "1" });
    await onGroup(bench, "PutLifecycleHook", {
      LifecycleHookName: "prepare",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    const [first] = await idsOf(bench);
    await onGroup(bench, "SetDesiredCapacity", { DesiredCapacity: "0" });
    await bench.clock.advance(60);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "Terminating:Wait" }]);
    expect(bench.state.instances[first!]?.state).toBe("running");
    await complete(bench, "ABANDON");
    await bench.clock.advance(60);
    expect(await members(bench)).toEqual([]);
    expect(bench.state.instances[first!]?.state).toBe("terminated");
  });
});

describe("lifecycle hooks", () => {
  it("are described with their timeouts, changed and deleted", async () => {
    const bench = await inService();
    await onGroup(bench, "PutLifecycleHook", LAUNCHING);
    await onGroup(bench, "PutLifecycleHook", { LifecycleHookName: "prepare", DefaultResult: "CONTINUE" });
    const { LifecycleHooks } = await onGroup(bench, "DescribeLifecycleHooks");
    expect(LifecycleHooks).toEqual([
      expect.objectContaining({
        LifecycleHookName: "prepare",
        LifecycleTransition: LAUNCHING.LifecycleTransition,
        HeartbeatTimeout: 300,
        GlobalTimeout: 30_000,
        DefaultResult: "CONTINUE",
      }),
    ]);
    await onGroup(bench, "DeleteLifecycleHook", { LifecycleHookName: "prepare" });
    expect((await onGroup(bench, "DescribeLifecycleHooks")).LifecycleHooks).toEqual([]);
  });

  it.each([
    [
      "a target to notify",
      { NotificationTargetARN: `arn:aws:sqs:${IRELAND}:${SRC}:q` },
      /does not implement NotificationTargetARN/,
    ],
    ["no transition", { LifecycleTransition: undefined }, /LifecycleTransition must be one of/],
    ["a timeout of a second", { HeartbeatTimeout: "1" }, /between 30 and 7200/],
    ["another result", { DefaultResult: "RETRY" }, /CONTINUE or ABANDON/],
  ])("are refused with %s", async (_what, change, expected) => {
    const bench = await inService();
    expect(await refusedOnGroup(bench, "PutLifecycleHook", { ...LAUNCHING, ...change })).toMatch(expected);
  });

  it("are completed only where an instance waits", async () => {
    const bench = await inService({ DesiredCapacity: "1" });
    await onGroup(bench, "PutLifecycleHook", LAUNCHING);
    await expect(complete(bench, "CONTINUE")).rejects.toThrow("No active Lifecycle Action found");
  });
});
