import type { Json, JsonObject } from "../../../contract";
import {
  addTemplate,
  availableImage,
  createBench,
  IRELAND,
  linux,
  SRC,
  TEMPLATE,
  type Bench,
} from "./lib/bench";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
  addTemplate(bench, { ImageId: linux(IRELAND), InstanceType: "t3.micro" });
});

const ROLE = `arn:aws:iam::${SRC}:role/aws-ec2-spot-fleet-tagging-role`;
const config = (more: JsonObject = {}): JsonObject => ({
  SpotFleetRequestConfig: {
    IamFleetRole: ROLE,
    TargetCapacity: "2",
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE, Version: "1" } }],
    ...more,
  },
});
const request = async (more: JsonObject = {}): Promise<string> =>
  String((await bench.call(SRC, IRELAND, "RequestSpotFleet", config(more))).spotFleetRequestId);
const refusal = (more: JsonObject) => bench.refusal(SRC, IRELAND, "RequestSpotFleet", config(more));
const described = async (id: string): Promise<JsonObject> => {
  const input = { SpotFleetRequestId: [id] };
  const { spotFleetRequestConfigSet } = await bench.call(SRC, IRELAND, "DescribeSpotFleetRequests", input);
  return (spotFleetRequestConfigSet as readonly JsonObject[])[0] ?? {};
};
const living = async (SpotFleetRequestId: string): Promise<readonly string[]> => {
  const answer = await bench.call(SRC, IRELAND, "DescribeSpotFleetInstances", { SpotFleetRequestId });
  return (answer.activeInstanceSet as readonly JsonObject[]).map(({ instanceId }) => String(instanceId));
};
const cancel = (SpotFleetRequestId: Json, TerminateInstances: string): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, "CancelSpotFleetRequests", {
    SpotFleetRequestId: [SpotFleetRequestId],
    TerminateInstances,
  });

it("launches Spot Instances afterwards, tags them with the request, and is not listed as an EC2 Fleet", async () => {
  const TagSpecification = [{ ResourceType: "spot-fleet-request", Tag: [{ Key: "team", Value: "batch" }] }];
  const id = await request({ TagSpecification });
  expect(id).toMatch(/^sfr-[0-9a-f]{8}-/);
  expect(await described(id)).toMatchObject({
    spotFleetRequestState: "submitted",
    tagSet: [{ key: "team", value: "batch" }],
    activityStatus: "pending_fulfillment",
    spotFleetRequestConfig: {
      iamFleetRole: ROLE,
      targetCapacity: 2,
      type: "maintain",
      allocationStrategy: "lowestPrice",
    },
  });
  await bench.clock.advance(60);
  expect(await described(id)).toMatchObject({ spotFleetRequestState: "active", activityStatus: "fulfilled" });
  const [first = ""] = await living(id);
  expect(bench.state.instances[first]).toMatchObject({ state: "running" });
  expect(bench.state.instances[first]?.spotRequestId).toBeDefined();
  const { tagSet } = await bench.call(SRC, IRELAND, "DescribeTags", {
    Filter: [{ Name: "resource-id", Value: [first] }],
  });
  expect(tagSet).toContainEqual(expect.objectContaining({ key: "aws:ec2spot:fleet-request-id", value: id }));
  expect((await bench.call(SRC, IRELAND, "DescribeFleets")).fleetSet).toEqual([]);
  expect(await bench.refusal(SRC, IRELAND, "DescribeFleets", { FleetId: [id] })).toMatch(/NotFound/);
});

it("launches under a key that the service-linked role of EC2 Spot Fleet may use, and retries until it may", async () => {
  const key = bench.addKey(SRC, IRELAND, "k");
  addTemplate(bench, { ImageId: await availableImage(bench, key), InstanceType: "t3.micro" });
  const id = await request();
  await bench.clock.advance(30);
  expect(await living(id)).toEqual([]);
  bench.keys[key]!.allowed["AWSServiceRoleForEC2Spot/"] = ["*"];
  bench.keys[key]!.allowed["AWSServiceRoleForEC2Fleet/"] = ["*"];
  await bench.clock.advance(120);
  expect(await living(id)).toEqual([]);
  bench.keys[key]!.allowed["AWSServiceRoleForEC2SpotFleet/"] = ["*"];
  await bench.clock.advance(120);
  expect(await living(id)).toHaveLength(2);
});

it("is refused without its service-linked role, without a role to tag with, and without the permission to pass that role or to launch", async () => {
  expect(await refusal({ IamFleetRole: "arn:aws:iam::999999999999:role/other" })).toMatch(
    /^InvalidSpotFleetRequestConfig: Parameter: SpotFleetRequestConfig.IamFleetRole is invalid/,
  );
  expect(await refusal({ IamFleetRole: undefined })).toMatch(/^MissingParameter/);
  bench.denied.push(`iam:PassRole on ${ROLE}`);
  expect(await refusal({})).toBe("Denied: iam:PassRole");
  bench.denied[0] = "ec2:RunInstances on arn:aws:ec2:eu-west-1:111111111111:instance/*";
  expect(await refusal({})).toBe("Denied: ec2:RunInstances");
  bench.denied.length = 0;
  bench.roles.clear();
  expect(await refusal({})).toMatch(/AWSServiceRoleForEC2SpotFleet/);
});

describe("with its own launch specifications", () => {
  const ofOwn = (more: JsonObject = {}, fleet: JsonObject = {}): JsonObject => ({
    LaunchTemplateConfigs: undefined,
    LaunchSpecifications: [{ ImageId: linux(IRELAND), InstanceType: "t3.small", ...more }],
    ...fleet,
  });

  it("launches what they specify, under the keys that they name, and returns them", async () => {
    const key = bench.addKey(SRC, IRELAND, "k");
    bench.keys[key]!.allowed["AWSServiceRoleForEC2SpotFleet/"] = ["*"];
    const id = await request(
      ofOwn({
        BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } }],
        GroupSet: [{ GroupId: "sg-2" }],
        SubnetId: "subnet-a, subnet-b",
        TagSpecificationSet: [{ ResourceType: "instance", Tag: [{ Key: "team", Value: "batch" }] }],
      }),
    );
    await bench.clock.advance(60);
    const [first = ""] = await living(id);
    expect(bench.state.instances[first]).toMatchObject({
      ...{ instanceType: "t3.small", subnetId: "subnet-a", state: "running" },
      securityGroups: [{ groupId: "sg-2" }],
    });
    expect(Object.values(bench.state.volumes)).toMatchObject([{ keyArn: key }, { keyArn: key }]);
    const { spotFleetRequestConfig } = await described(id);
    expect(spotFleetRequestConfig).toMatchObject({
      launchTemplateConfigs: [],
      launchSpecifications: [
        {
          imageId: linux(IRELAND),
          blockDeviceMapping: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", kmsKeyId: key } }],
          groupSet: [{ groupId: "sg-2" }],
          subnetId: "subnet-a, subnet-b",
          tagSpecificationSet: [{ resourceType: "instance", tag: [{ key: "team", value: "batch" }] }],
        },
      ],
    });
  });

  it("requires the permission to launch them, and none on a template", async () => {
    const asked = await bench.checks(SRC, IRELAND, "RequestSpotFleet", config(ofOwn()));
    const resources = asked.map(({ resource }) => resource);
    expect(asked.map(({ action }) => action)).toContain("ec2:RunInstances");
    expect(resources.filter((resource) => resource.includes("launch-template"))).toEqual([]);
  });

  it("is refused together with templates, with On-Demand capacity, and with parameters that are not implemented", async () => {
    const { LaunchTemplateConfigs } = config().SpotFleetRequestConfig as JsonObject;
    expect(await refusal(ofOwn({}, { LaunchTemplateConfigs }))).toMatch(
      /^InvalidSpotFleetRequestConfig: .*LaunchSpecifications/,
    );
    expect(await refusal(ofOwn({}, { OnDemandTargetCapacity: "1" }))).toMatch(
      /^InvalidSpotFleetRequestConfig: .*OnDemandTargetCapacity/,
    );
    expect(await refusal(ofOwn({ KernelId: "aki-1" }))).toMatch(/^UnsupportedOperation: .*KernelId/);
    expect(await refusal(ofOwn({ Placement: { Tenancy: "dedicated" } }))).toMatch(
      /^UnsupportedOperation: .*Tenancy/,
    );
    expect(await refusal(ofOwn({ ImageId: "resolve:ssm:/images/web" }))).toMatch(/resolve:ssm|not found/i);
  });
});

it("needs the id of an image, and reports what is not implemented", async () => {
  expect(await refusal({ LoadBalancersConfig: {} })).toMatch(/^UnsupportedOperation: .*LoadBalancersConfig/);
  addTemplate(bench, { ImageId: "resolve:ssm:/images/web" });
  bench.parameters["/images/web"] = linux(IRELAND);
  expect(await refusal({})).toMatch(/^InvalidParameterValue: .*resolve:ssm/);
});

it("returns the same request for the same token", async () => {
  const id = await request({ ClientToken: "once" });
  expect(await request({ ClientToken: "once" })).toBe(id);
  expect(await refusal({ ClientToken: "once", TargetCapacity: "3" })).toMatch(/^IdempotentParameterMismatch/);
});

it("grows with its target, also with On-Demand Instances", async () => {
  const id = await request();
  await bench.clock.advance(30);
  const input = { SpotFleetRequestId: id, TargetCapacity: "3", OnDemandTargetCapacity: "1" };
  expect(await bench.call(SRC, IRELAND, "ModifySpotFleetRequest", input)).toEqual({ return: true });
  await bench.clock.advance(60);
  expect(await described(id)).toMatchObject({
    spotFleetRequestConfig: { targetCapacity: 3, onDemandTargetCapacity: 1, onDemandFulfilledCapacity: 1 },
  });
});

it("is cancelled with or without its instances, and only once", async () => {
  const [kept, ended] = [await request(), await request({ Type: "request" })];
  await bench.clock.advance(30);
  const [left, gone] = [await living(kept), await living(ended)];
  expect((await cancel(kept, "false")).successfulFleetRequestSet).toMatchObject([
    { currentSpotFleetRequestState: "cancelled_running", previousSpotFleetRequestState: "active" },
  ]);
  await cancel(ended, "true");
  expect(await described(ended)).toMatchObject({ spotFleetRequestState: "cancelled_terminating" });
  await bench.clock.advance(300);
  expect(left.map((id) => bench.state.instances[id]?.state)).toEqual(["running", "running"]);
  expect(gone.map((id) => bench.state.instances[id]?.state)).toEqual(["terminated", "terminated"]);
  expect(await described(ended)).toMatchObject({ spotFleetRequestState: "cancelled" });
  for (const [id, code] of [
    [ended, "fleetRequestNotInCancellableState"],
    ["sfr-00000000-0000-0000-0000-000000000000", "fleetRequestIdDoesNotExist"],
    ["x", "fleetRequestIdMalformed"],
  ])
    expect((await cancel(id!, "true")).unsuccessfulFleetRequestSet).toMatchObject([{ error: { code } }]);
});
