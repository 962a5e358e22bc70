import type { Json, JsonObject } from "../../../contract";
import {
  addTemplate,
  TEMPLATE,
  availableImage,
  createBench,
  IRELAND,
  linux,
  SRC,
  type Bench,
} from "./lib/bench";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
  addTemplate(bench, { ImageId: linux(IRELAND), InstanceType: "t3.micro" });
});

const parameters = (more: JsonObject = {}): JsonObject => ({
  Type: "instant",
  LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE, Version: "1" } }],
  TargetCapacitySpecification: { TotalTargetCapacity: "2", DefaultTargetCapacityType: "on-demand" },
  ...more,
});
const create = (more: JsonObject = {}): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, "CreateFleet", parameters(more));
const instancesOf = (answer: JsonObject): readonly string[] =>
  (answer.fleetInstanceSet as readonly { readonly instanceIds: readonly string[] }[]).flatMap(
    ({ instanceIds }) => instanceIds,
  );

it("a fleet that was deleted without its instances can be deleted again with them, and then no more", async () => {
  const { fleetId } = await create({ Type: "maintain" });
  await bench.clock.advance(60);
  const remove = async (TerminateInstances: string) => {
    const answer = await bench.call(SRC, IRELAND, "DeleteFleets", {
      FleetId: [String(fleetId)],
      TerminateInstances,
    });
    const [deleted] = answer.successfulFleetDeletionSet as readonly JsonObject[];
    return deleted?.currentFleetState;
  };
  expect(await remove("false")).toBe("deleted_running");
  expect(await remove("false")).toBeUndefined();
  expect(await remove("true")).toBe("deleted_terminating");
  expect(await remove("true")).toBeUndefined();
});

describe("a fleet of type instant", () => {
  it("launches immediately, and terminates its instances when it is deleted", async () => {
    const answer = await create();
    const ids = instancesOf(answer);
    expect(ids).toHaveLength(2);
    await bench.clock.advance(60);
    expect(ids.map((id) => bench.state.instances[id]?.state)).toEqual(["running", "running"]);
    const deletion = { FleetId: [String(answer.fleetId)] };
    const kept = await bench.call(SRC, IRELAND, "DeleteFleets", deletion);
    expect(kept.unsuccessfulFleetDeletionSet).toHaveLength(1);
    await bench.call(SRC, IRELAND, "DeleteFleets", { ...deletion, TerminateInstances: "true" });
    await bench.clock.advance(60);
    expect(ids.map((id) => bench.state.instances[id]?.state)).toEqual(["terminated", "terminated"]);
  });

  it("launches as its creator, who needs the image's key, and requires no service-linked role", async () => {
    bench.roles.clear();
    const key = bench.addKey(SRC, IRELAND, "k");
    addTemplate(bench, { ImageId: await availableImage(bench, key), InstanceType: "t3.micro" });
    bench.keys[key]!.allowed[SRC] = [];
    const [failed = ""] = instancesOf(await create());
    await bench.clock.advance(60);
    expect(bench.state.instances[failed]).toMatchObject({
      state: "terminated",
      stateReason: { code: "Client.InternalError", message: "Client.InternalError: Client error on launch" },
    });
    bench.keys[key]!.allowed[SRC] = ["*"];
    const [running = ""] = instancesOf(await create());
    await bench.clock.advance(60);
    expect(bench.state.instances[running]?.state).toBe("running");
  });

  it("reads its image from Parameter Store; other types do not", async () => {
    addTemplate(bench, { ImageId: "resolve:ssm:/images/web" });
    bench.parameters["/images/web"] = linux(IRELAND);
    const [id = ""] = instancesOf(await create());
    expect(bench.state.instances[id]?.imageId).toBe(linux(IRELAND));
    for (const Type of ["maintain", "request"]) {
      expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters({ Type }))).toMatch(
        /^InvalidParameterValue: .*resolve:ssm/,
      );
    }
  });

  it("is created even when nothing could be launched, and reports why", async () => {
    addTemplate(bench, { ImageId: "ami-0123456789abcdef0" });
    const answer = await create();
    expect(instancesOf(answer)).toEqual([]);
    expect(answer.errorSet).toEqual([expect.objectContaining({ errorCode: "InvalidAMIID.NotFound" })]);
  });

  it("launches On-Demand and Spot as requested, Spot under the key as EC2 Spot's service-linked role", async () => {
    const key = bench.addKey(SRC, IRELAND, "k");
    bench.keys[key]!.allowed["AWSServiceRole"] = ["*"];
    addTemplate(bench, { ImageId: await availableImage(bench, key), InstanceType: "t3.micro" });
    const answer = await create({
      TargetCapacitySpecification: {
        TotalTargetCapacity: "3",
        OnDemandTargetCapacity: "1",
        DefaultTargetCapacityType: "spot",
      },
    });
    expect(answer.fleetInstanceSet).toMatchObject([{ lifecycle: "on-demand" }, { lifecycle: "spot" }]);
    await bench.clock.advance(60);
    const ids = instancesOf(answer);
    expect(ids.map((id) => bench.state.instances[id]?.state)).toEqual(["running", "running", "running"]);
    expect(ids.filter((id) => bench.state.instances[id]?.spotRequestId !== undefined)).toHaveLength(2);
  });

  it("tries every override, best priority first, until its capacity is reached, in units", async () => {
    const spec = { LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE } };
    const answer = await create({
      LaunchTemplateConfigs: [
        {
          ...spec,
          Overrides: [
            { InstanceType: "t3.large", Priority: "2", WeightedCapacity: "2" },
            { InstanceType: "t3.small", Priority: "1", ImageId: "ami-0123456789abcdef0" },
          ],
        },
      ],
      TargetCapacitySpecification: { TotalTargetCapacity: "3", DefaultTargetCapacityType: "on-demand" },
    });
    expect(answer.errorSet).toMatchObject([
      {
        errorCode: "InvalidAMIID.NotFound",
        launchTemplateAndOverrides: { overrides: { instanceType: "t3.small" } },
      },
    ]);
    expect(answer.fleetInstanceSet).toMatchObject([{ instanceType: "t3.large" }]);
    expect(instancesOf(answer)).toHaveLength(2);
  });

  it("is refused with parameters that are not implemented: capacity in vCPUs", async () => {
    const target = { TotalTargetCapacity: "1", TargetCapacityUnitType: "vcpu" };
    const input = parameters({ TargetCapacitySpecification: target });
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", input)).toMatch(/^UnsupportedOperation/);
  });

  it("is refused without the permission to launch, and for other types without the role", async () => {
    bench.denied.push("ec2:RunInstances on arn:aws:ec2:eu-west-1:111111111111:instance/*");
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters())).toBe("Denied: ec2:RunInstances");
    bench.denied.length = 0;
    bench.roles.clear();
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters({ Type: "maintain" }))).toMatch(
      /AWSServiceRoleForEC2Fleet/,
    );
  });
});

describe("a fleet that is fulfilled later", () => {
  const fleet = async (fleetId: Json): Promise<JsonObject> => {
    const { fleetSet } = await bench.call(SRC, IRELAND, "DescribeFleets", { FleetId: [fleetId] });
    return (fleetSet as readonly JsonObject[])[0] ?? {};
  };
  const living = async (FleetId: Json): Promise<readonly string[]> => {
    const { activeInstanceSet } = await bench.call(SRC, IRELAND, "DescribeFleetInstances", { FleetId });
    return (activeInstanceSet as readonly JsonObject[]).map(({ instanceId }) => String(instanceId));
  };
  const modify = (FleetId: Json, TotalTargetCapacity: string, more: JsonObject = {}): Promise<JsonObject> =>
    bench.call(SRC, IRELAND, "ModifyFleet", {
      FleetId,
      TargetCapacitySpecification: { TotalTargetCapacity },
      ...more,
    });

  it("responds before it launches, and is listed with the others of its kind", async () => {
    const { fleetId, fleetInstanceSet } = await create({ Type: "request" });
    expect(fleetInstanceSet).toBeUndefined();
    expect(await fleet(fleetId)).toMatchObject({
      fleetState: "submitted",
      activityStatus: "pending_fulfillment",
    });
    await bench.clock.advance(30);
    expect(await fleet(fleetId)).toMatchObject({
      fleetState: "active",
      activityStatus: "fulfilled",
      fulfilledCapacity: 2,
    });
    await create();
    const { fleetSet } = await bench.call(SRC, IRELAND, "DescribeFleets");
    expect(fleetSet).toMatchObject([{ fleetId }]);
  });

  it.each([
    ["maintain", 2],
    ["request", 1],
  ])("of type %s has %d instances when one of two has ended", async (Type, left) => {
    const { fleetId } = await create({ Type });
    await bench.clock.advance(30);
    const [first] = await living(fleetId);
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [first] });
    await bench.clock.advance(180);
    expect(await living(fleetId)).toHaveLength(left);
    expect(await living(fleetId)).not.toContain(first);
  });

  it("retries while it may not use its key, until it may", async () => {
    const key = bench.addKey(SRC, IRELAND, "k");
    addTemplate(bench, { ImageId: await availableImage(bench, key), InstanceType: "t3.micro" });
    const { fleetId } = await create({ Type: "maintain" });
    await bench.clock.advance(30);
    expect(await living(fleetId)).toEqual([]);
    bench.keys[key]!.allowed["AWSServiceRole"] = ["*"];
    await bench.clock.advance(120);
    expect(await living(fleetId)).toHaveLength(2);
  });

  it("grows and shrinks with its target, or keeps surplus instances", async () => {
    const { fleetId } = await create({ Type: "maintain" });
    await modify(fleetId, "3");
    await bench.clock.advance(30);
    expect(await living(fleetId)).toHaveLength(3);
    await modify(fleetId, "2", { ExcessCapacityTerminationPolicy: "no-termination" });
    await bench.clock.advance(30);
    expect(await living(fleetId)).toHaveLength(3);
    await modify(fleetId, "1", { ExcessCapacityTerminationPolicy: "termination" });
    await bench.clock.advance(60);
    expect(await living(fleetId)).toHaveLength(1);
  });

  it("launches the new template's instances after the template was changed", async () => {
    const { fleetId } = await create({ Type: "maintain" });
    await bench.clock.advance(30);
    await bench.call(SRC, IRELAND, "CreateLaunchTemplateVersion", {
      LaunchTemplateId: TEMPLATE,
      SourceVersion: "1",
      LaunchTemplateData: { InstanceType: "t3.small" },
    });
    const LaunchTemplateConfigs = [
      { LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE, Version: "2" } },
    ];
    await modify(fleetId, "3", { LaunchTemplateConfigs });
    await bench.clock.advance(30);
    const types = (await living(fleetId)).map((id) => bench.state.instances[id]?.instanceType);
    expect(types).toEqual(["t3.micro", "t3.micro", "t3.small"]);
  });

  it("can be modified only if it is of type maintain", async () => {
    const { fleetId } = await create({ Type: "request" });
    await expect(modify(fleetId, "3")).rejects.toThrow("only a fleet of type maintain");
  });

  it("is deleted with or without its instances", async () => {
    const [kept, ended] = [await create({ Type: "maintain" }), await create({ Type: "maintain" })];
    await bench.clock.advance(30);
    const before = [...(await living(kept.fleetId)), ...(await living(ended.fleetId))];
    const remove = (fleetId: Json, TerminateInstances: string) =>
      bench.call(SRC, IRELAND, "DeleteFleets", { FleetId: [fleetId], TerminateInstances });
    await remove(kept.fleetId, "false");
    await remove(ended.fleetId, "true");
    expect(await fleet(ended.fleetId)).toMatchObject({ activityStatus: "pending_termination" });
    await bench.clock.advance(300);
    expect(await fleet(kept.fleetId)).toMatchObject({ fleetState: "deleted_running" });
    expect(await fleet(ended.fleetId)).toMatchObject({ fleetState: "deleted" });
    const states = before.map((id) => bench.state.instances[id]?.state);
    expect(states).toEqual(["running", "running", "terminated", "terminated"]);
    const { unsuccessfulFleetDeletionSet } = await bench.call(SRC, IRELAND, "DeleteFleets", {
      FleetId: ["fleet-00000000", "x"],
    });
    expect(unsuccessfulFleetDeletionSet).toMatchObject([
      { error: { code: "fleetIdDoesNotExist" } },
      { error: { code: "fleetIdMalformed" } },
    ]);
  });
});
