import type { JsonObject } from "../../../contract";
import {
  addTemplate,
  createBench,
  IRELAND,
  linux,
  runningInstance,
  SRC,
  TEMPLATE,
  type Bench,
} from "../ec2/lib/bench";
import { create, group, idsOf, inService, members, onGroup, refusedOnGroup, template } from "./lib";

const states = async (bench: Bench) => (await members(bench)).map(({ LifecycleState }) => LifecycleState);

describe("the instances of a group", () => {
  it("are detached with or without a replacement, and keep running", async () => {
    const bench = await inService();
    const [first, second] = await idsOf(bench);
    await onGroup(bench, "DetachInstances", { InstanceIds: [first], ShouldDecrementDesiredCapacity: "true" });
    await bench.clock.advance(60);
    expect(await idsOf(bench)).toEqual([second]);
    await onGroup(bench, "DetachInstances", {
      InstanceIds: [second],
      ShouldDecrementDesiredCapacity: "false",
    });
    await bench.clock.advance(60);
    expect(await states(bench)).toEqual(["InService"]);
    expect(await idsOf(bench)).not.toContain(second);
    for (const id of [first, second]) expect(bench.state.instances[id!]?.state).toBe("running");
  });

  it("can be attached from outside, and count towards the capacity", async () => {
    const bench = await inService();
    const instance = await runningInstance(bench);
    await onGroup(bench, "AttachInstances", { InstanceIds: [instance] });
    expect(await idsOf(bench)).toContain(instance);
    expect(await group(bench)).toMatchObject({ DesiredCapacity: 3 });
    expect(await refusedOnGroup(bench, "AttachInstances", { InstanceIds: [instance] })).toMatch(
      /already part of/,
    );
    await onGroup(bench, "AttachInstances", { InstanceIds: [await runningInstance(bench)] });
    const more = { InstanceIds: [await runningInstance(bench)] };
    expect(await refusedOnGroup(bench, "AttachInstances", more)).toMatch(/must be between/);
  });

  it("can be in standby outside the capacity, and return", async () => {
    const bench = await inService();
    const [first] = await idsOf(bench);
    const input = { InstanceIds: [first] };
    await onGroup(bench, "EnterStandby", { ...input, ShouldDecrementDesiredCapacity: "false" });
    await bench.clock.advance(60);
    expect((await states(bench)).sort()).toEqual(["InService", "InService", "Standby"]);
    await onGroup(bench, "ExitStandby", input);
    expect(await states(bench)).toEqual(["InService", "InService", "InService"]);
    expect(await group(bench)).toMatchObject({ DesiredCapacity: 3 });
  });

  it("are replaced when a user sets them unhealthy, after their grace period", async () => {
    const bench = await inService({ DesiredCapacity: "1", HealthCheckGracePeriod: "600" });
    const [InstanceId] = await idsOf(bench);
    const ill = { InstanceId, HealthStatus: "Unhealthy" };
    await bench.call(SRC, IRELAND, "SetInstanceHealth", ill);
    await bench.clock.advance(120);
    expect(await idsOf(bench)).toEqual([InstanceId]);
    await bench.call(SRC, IRELAND, "SetInstanceHealth", { ...ill, ShouldRespectGracePeriod: "false" });
    await bench.clock.advance(180);
    expect(await idsOf(bench)).not.toContain(InstanceId);
    expect(await states(bench)).toEqual(["InService"]);
  });

  it.each([
    ["ReplaceUnhealthy", "Unhealthy"],
    ["HealthCheck", "Healthy"],
  ])("that have ended are not replaced while %s is suspended", async (process, HealthStatus) => {
    const bench = await inService({ DesiredCapacity: "1" });
    const [InstanceId] = await idsOf(bench);
    await onGroup(bench, "SuspendProcesses", { ScalingProcesses: [process] });
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [InstanceId] });
    await bench.clock.advance(300);
    expect(await members(bench)).toMatchObject([{ InstanceId, HealthStatus }]);
    await onGroup(bench, "ResumeProcesses", { ScalingProcesses: [process] });
    await bench.clock.advance(300);
    expect(await states(bench)).toEqual(["InService"]);
    expect(await idsOf(bench)).not.toContain(InstanceId);
  });

  it("are terminated on request, and the desired capacity decreases if requested", async () => {
    const bench = await inService();
    const [InstanceId] = await idsOf(bench);
    await bench.call(SRC, IRELAND, "TerminateInstanceInAutoScalingGroup", {
      InstanceId,
      ShouldDecrementDesiredCapacity: "true",
    });
    await bench.clock.advance(60);
    expect(await members(bench)).toHaveLength(1);
    expect(
      await bench.refusal(SRC, IRELAND, "TerminateInstanceInAutoScalingGroup", {
        InstanceId: "i-00000000000000000",
      }),
    ).toMatch(/^ValidationError: Instance Id not found/);
  });
});

describe("a mixed instances policy", () => {
  const policy = (Overrides: readonly JsonObject[], InstancesDistribution: JsonObject = {}): JsonObject => ({
    LaunchTemplate: {},
    MixedInstancesPolicy: {
      LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE }, Overrides },
      InstancesDistribution,
    },
  });

  it("launches its first override that EC2 accepts, from that override's template and image", async () => {
    const bench = createBench();
    template(bench);
    addTemplate(bench, { ImageId: linux(IRELAND) }, "lt-00000002");
    bench.state.launchTemplates["lt-00000002"] = {
      ...bench.state.launchTemplates["lt-00000002"]!,
      name: "other",
    };
    const LaunchTemplateSpecification = { LaunchTemplateId: "lt-00000002", Version: "1" };
    await create(
      bench,
      policy([
        { InstanceType: "t3.large", ImageId: "ami-00000000000000000" },
        { InstanceType: "t3.small", LaunchTemplateSpecification },
      ]),
    );
    await bench.clock.advance(60);
    expect(await members(bench)).toMatchObject([
      { InstanceType: "t3.small", LaunchTemplate: { LaunchTemplateId: "lt-00000002" } },
      { InstanceType: "t3.small" },
    ]);
    expect(await group(bench)).toMatchObject({ MixedInstancesPolicy: { LaunchTemplate: {} } });
    expect((await group(bench)).LaunchTemplate).toBeUndefined();
  });

  it("counts capacity in units", async () => {
    const bench = createBench();
    template(bench);
    await create(bench, {
      ...policy([{ InstanceType: "t3.large", WeightedCapacity: "2" }]),
      DesiredCapacity: "4",
    });
    await bench.clock.advance(60);
    expect(await members(bench)).toMatchObject([{ WeightedCapacity: "2" }, { WeightedCapacity: "2" }]);
  });

  it("divides On-Demand and Spot, all launched by the group's role", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "home");
    bench.keys[key]!.allowed["AWSServiceRoleForAutoScaling"] = ["*"];
    template(bench, key);
    const distribution = { OnDemandBaseCapacity: "1", OnDemandPercentageAboveBaseCapacity: "0" };
    await create(bench, { ...policy([], distribution), DesiredCapacity: "3" });
    await bench.clock.advance(60);
    const { reservationSet } = await bench.call(SRC, IRELAND, "DescribeInstances", {
      Filter: [{ Name: "instance-lifecycle", Value: ["spot"] }],
    });
    expect(reservationSet).toHaveLength(2);
    expect(await states(bench)).toEqual(["InService", "InService", "InService"]);
  });

  it("refuses overrides that have no effect here", async () => {
    const bench = createBench();
    template(bench);
    const requirements = {
      VCpuCount: { Min: "1" },
      MemoryMiB: { Min: "1" },
      SpotMaxPricePercentageOverLowestPrice: "5",
    };
    const input = policy([{ InstanceRequirements: requirements }]);
    await expect(create(bench, input)).rejects.toThrow(
      "does not implement SpotMaxPricePercentageOverLowestPrice of InstanceRequirements",
    );
  });
});

describe("scaling policies", () => {
  it("are stored, described and deleted", async () => {
    const bench = await inService();
    const target = {
      TargetValue: "50",
      PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
    };
    const { PolicyARN } = await onGroup(bench, "PutScalingPolicy", {
      PolicyName: "cpu",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingConfiguration: target,
    });
    const { ScalingPolicies } = await onGroup(bench, "DescribePolicies", { PolicyNames: ["cpu"] });
    expect(ScalingPolicies).toMatchObject([
      { PolicyARN, PolicyName: "cpu", Enabled: "true", TargetTrackingConfiguration: target, Alarms: [] },
    ]);
    await onGroup(bench, "DeletePolicy", { PolicyName: PolicyARN });
    expect((await onGroup(bench, "DescribePolicies")).ScalingPolicies).toEqual([]);
    expect(await refusedOnGroup(bench, "DeletePolicy", { PolicyName: "cpu" })).toMatch(/^ValidationError/);
  });
});
