import type { JsonObject } from "../../../contract";
import { IRELAND, linux, SRC, TEMPLATE, type Bench } from "../ec2/lib/bench";
import { addVersion, group, idsOf, inService, members, onGroup, refusedOnGroup } from "./lib";

const VERSION_2 = { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "2" } };

const start = (bench: Bench, more: JsonObject = {}): Promise<JsonObject> =>
  onGroup(bench, "StartInstanceRefresh", more);
const refresh = async (bench: Bench): Promise<JsonObject> => {
  const { InstanceRefreshes } = await onGroup(bench, "DescribeInstanceRefreshes");
  return (InstanceRefreshes as readonly JsonObject[])[0] ?? {};
};
const types = async (bench: Bench) => (await members(bench)).map(({ InstanceType }) => InstanceType);

/** Two instances of version 1 by number, and a version 2 with another type. */
async function prepared(more: JsonObject = {}, imageId = linux(IRELAND)): Promise<Bench> {
  const bench = await inService(
    { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "1" }, ...more },
    imageId,
  );
  await addVersion(bench, { InstanceType: "t3.small", ImageId: linux(IRELAND) });
  return bench;
}

describe("an instance refresh", () => {
  it("replaces all instances, one after the other, with the desired configuration, and keeps it", async () => {
    const bench = await prepared();
    const before = await idsOf(bench);
    await start(bench, { DesiredConfiguration: VERSION_2 });
    await bench.clock.advance(20);
    expect((await members(bench)).filter((one) => one.LifecycleState === "InService")).toHaveLength(1);
    expect(await refresh(bench)).toMatchObject({
      Status: "InProgress",
      PercentageComplete: 0,
      InstancesToUpdate: 2,
    });
    expect((await group(bench)).LaunchTemplate).toMatchObject({ Version: "1" });
    await bench.clock.advance(300);
    expect(await types(bench)).toEqual(["t3.small", "t3.small"]);
    expect((await idsOf(bench)).some((id) => before.includes(id))).toBe(false);
    expect(await refresh(bench)).toMatchObject({
      Status: "Successful",
      PercentageComplete: 100,
      InstancesToUpdate: 0,
      EndTime: expect.any(String),
    });
    expect((await group(bench)).LaunchTemplate).toMatchObject({ Version: "2" });
  });

  it("keeps the required number of instances in service", async () => {
    const bench = await prepared({ DesiredCapacity: "4" });
    await start(bench, { Preferences: { MinHealthyPercentage: "50" } });
    await bench.clock.advance(11);
    expect((await members(bench)).filter((one) => one.LifecycleState === "InService")).toHaveLength(2);
  });

  it("takes no more instances out of service while its launches do not come into service", async () => {
    const bench = await prepared({ DesiredCapacity: "4" });
    const key = bench.addKey(SRC, IRELAND, "closed");
    await addVersion(bench, {
      ImageId: linux(IRELAND),
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } }],
    });
    const desired = { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "3" } };
    await start(bench, { DesiredConfiguration: desired, Preferences: { MinHealthyPercentage: "50" } });
    await bench.clock.advance(3000);
    expect((await members(bench)).filter((one) => one.LifecycleState === "InService")).toHaveLength(2);
    expect(await refresh(bench)).toMatchObject({ Status: "InProgress" });
  });

  it("waits until new instances have warmed up", async () => {
    const bench = await prepared();
    await start(bench, { Preferences: { InstanceWarmup: "600" } });
    await bench.clock.advance(400);
    expect(await refresh(bench)).toMatchObject({ Status: "InProgress", InstancesToUpdate: 2 });
    await bench.clock.advance(1200);
    expect(await refresh(bench)).toMatchObject({ Status: "Successful" });
  });

  it("skips instances that already match", async () => {
    const bench = await prepared();
    const before = await idsOf(bench);
    await start(bench, { Preferences: { SkipMatching: "true" } });
    await bench.clock.advance(60);
    expect(await refresh(bench)).toMatchObject({ Status: "Successful" });
    expect(await idsOf(bench)).toEqual(before);
  });

  it.each([
    ["Wait", "Failed", 2],
    ["Ignore", "Successful", 2],
    ["Refresh", "Successful", 0],
  ])("with protected instances and %s ends %s", async (ScaleInProtectedInstances, Status, kept) => {
    const bench = await prepared({ NewInstancesProtectedFromScaleIn: "true" });
    const before = await idsOf(bench);
    await start(bench, { Preferences: { ScaleInProtectedInstances } });
    await bench.clock.advance(4000);
    expect(await refresh(bench)).toMatchObject({ Status });
    expect((await idsOf(bench)).filter((id) => before.includes(id))).toHaveLength(kept);
  });

  it("that launches with a key that its role may not use fails, and is rolled back if requested", async () => {
    const bench = await prepared();
    const key = bench.addKey(SRC, IRELAND, "closed");
    await addVersion(bench, {
      ImageId: linux(IRELAND),
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } }],
    });
    await onGroup(bench, "UpdateAutoScalingGroup", VERSION_2);
    const desired = { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "3" } };
    await start(bench, { DesiredConfiguration: desired, Preferences: { AutoRollback: "true" } });
    await bench.clock.advance(3630);
    expect(await refresh(bench)).toMatchObject({ Status: "RollbackInProgress" });
    await bench.clock.advance(600);
    expect(await refresh(bench)).toMatchObject({ Status: "RollbackSuccessful" });
    expect((await members(bench)).map(({ LifecycleState }) => LifecycleState)).toEqual([
      "InService",
      "InService",
    ]);
    expect((await group(bench)).LaunchTemplate).toMatchObject({ Version: "2" });
  });

  it("is cancelled without rolling back", async () => {
    const bench = await prepared();
    await start(bench, { DesiredConfiguration: VERSION_2 });
    await bench.clock.advance(15);
    await onGroup(bench, "CancelInstanceRefresh");
    expect(await refresh(bench)).toMatchObject({ Status: "Cancelling" });
    await bench.clock.advance(120);
    expect(await refresh(bench)).toMatchObject({ Status: "Cancelled" });
    expect(await refusedOnGroup(bench, "CancelInstanceRefresh")).toMatch(/^ActiveInstanceRefreshNotFound/);
  });

  it("is rolled back on request: its instances are replaced by the previous ones", async () => {
    const bench = await prepared();
    await onGroup(bench, "UpdateAutoScalingGroup", VERSION_2);
    await addVersion(bench, { InstanceType: "t3.large", ImageId: linux(IRELAND) });
    await start(bench, {
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "3" } },
    });
    await bench.clock.advance(35);
    expect(await types(bench)).toContain("t3.large");
    await onGroup(bench, "RollbackInstanceRefresh");
    await bench.clock.advance(300);
    expect(await refresh(bench)).toMatchObject({ Status: "RollbackSuccessful" });
    expect(await types(bench)).not.toContain("t3.large");
  });

  it.each([
    ["nothing is desired", {}, {}],
    [
      "its old version is $Latest",
      { DesiredConfiguration: VERSION_2 },
      { LaunchTemplate: { LaunchTemplateId: TEMPLATE } },
    ],
  ])("cannot be rolled back when %s", async (_why, wanted, group) => {
    const bench = await prepared(group);
    await start(bench, wanted);
    expect(await refusedOnGroup(bench, "RollbackInstanceRefresh")).toMatch(/^IrreversibleInstanceRefresh/);
  });

  it.each([
    ["a desired configuration", { DesiredConfiguration: VERSION_2 }],
    ["skip matching", { Preferences: { SkipMatching: "true" } }],
  ])("of a group whose template names a parameter refuses %s", async (what, input) => {
    const bench = await prepared({}, "resolve:ssm:/images/web");
    expect(await refusedOnGroup(bench, "StartInstanceRefresh", input)).toMatch(
      new RegExp(`^ValidationError.*with ${what} is not supported.*Systems Manager parameter`),
    );
    await start(bench);
    expect(await refusedOnGroup(bench, "RollbackInstanceRefresh")).toMatch(/^IrreversibleInstanceRefresh/);
  });

  it.each([
    ["while another one is in progress", {}, /^InstanceRefreshInProgress/],
    ["by replacing root volumes", { Strategy: "ReplaceRootVolume" }, /does not implement the strategy/],
    [
      "with alarms",
      { Preferences: { AlarmSpecification: { Alarms: ["a"] } } },
      /does not implement AlarmSpecification/,
    ],
    [
      "to a template that does not exist",
      { DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: "lt-00000009" } } },
      /valid fully-formed/,
    ],
  ])("is refused %s", async (what, input, expected) => {
    const bench = await prepared();
    if (what.startsWith("while")) await start(bench);
    expect(await refusedOnGroup(bench, "StartInstanceRefresh", input)).toMatch(expected);
  });

  it("can be started only by callers that may launch the desired configuration", async () => {
    const bench = await prepared();
    bench.denied.push(`ec2:RunInstances on arn:aws:ec2:${IRELAND}:${SRC}:launch-template/${TEMPLATE}`);
    await expect(start(bench, { DesiredConfiguration: VERSION_2 })).rejects.toMatchObject({ code: "Denied" });
    await expect(start(bench)).resolves.toMatchObject({ InstanceRefreshId: expect.any(String) });
  });
});
