import type { JsonObject } from "../../../contract";
import { createBench, DST, IRELAND, linux, SRC, type Bench } from "./lib/bench";

let bench: Bench;
let id: string;
beforeEach(async () => {
  bench = createBench();
  const { launchTemplate } = await call("CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: {
      ImageId: linux(IRELAND),
      InstanceType: "t3.micro",
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: "snap-1", VolumeSize: "8" } }],
    },
    TagSpecification: [{ ResourceType: "launch-template", Tag: [{ Key: "team", Value: "a" }] }],
  });
  id = String((launchTemplate as JsonObject).launchTemplateId);
});

const call = (operation: string, input: JsonObject = {}): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, operation, input);
const refused = (operation: string, input: JsonObject = {}): Promise<string> =>
  bench.refusal(SRC, IRELAND, operation, input);
const add = (data: JsonObject, more: JsonObject = {}): Promise<JsonObject> =>
  call("CreateLaunchTemplateVersion", { LaunchTemplateId: id, LaunchTemplateData: data, ...more });
const versions = async (input: JsonObject): Promise<readonly JsonObject[]> =>
  (await call("DescribeLaunchTemplateVersions", { LaunchTemplateId: id, ...input }))
    .launchTemplateVersionSet as readonly JsonObject[];
const numbers = async (input: JsonObject = {}) =>
  (await versions(input)).map(({ versionNumber }) => versionNumber);
const template = async (): Promise<JsonObject> => {
  const { launchTemplates } = await call("DescribeLaunchTemplates", { LaunchTemplateId: [id] });
  return (launchTemplates as readonly JsonObject[])[0] ?? {};
};

describe("launch template versions", () => {
  it("contain only what is given, or also what their source has, without its snapshots", async () => {
    await add({ InstanceType: "t3.small" });
    await add({ InstanceType: "t3.large" }, { SourceVersion: "1" });
    expect((await versions({ LaunchTemplateVersion: ["2", "3"] })).map((v) => v.launchTemplateData)).toEqual([
      { instanceType: "t3.small" },
      {
        imageId: linux(IRELAND),
        instanceType: "t3.large",
        blockDeviceMappingSet: [{ deviceName: "/dev/xvda", ebs: { volumeSize: "8" } }],
      },
    ]);
  });

  it("are identified by number, $Latest and $Default, which changes only on request", async () => {
    await add({ InstanceType: "t3.small" });
    expect(await numbers({ LaunchTemplateVersion: ["$Latest"] })).toEqual([2]);
    expect(await numbers({ LaunchTemplateVersion: ["$Default"] })).toEqual([1]);
    await call("ModifyLaunchTemplate", { LaunchTemplateId: id, SetDefaultVersion: "2" });
    expect(await numbers({ LaunchTemplateVersion: ["$Default", "$Latest"] })).toEqual([2]);
    expect(await template()).toMatchObject({ defaultVersionNumber: 2, latestVersionNumber: 2 });
    expect(await numbers({ Filter: [{ Name: "instance-type", Value: ["t3.micro"] }] })).toEqual([1]);
    expect(await numbers({ MinVersion: "2" })).toEqual([2]);
  });

  it("of all templates are the latest and default ones", async () => {
    await add({ InstanceType: "t3.small" });
    const all = (LaunchTemplateVersion: readonly string[]) =>
      refused("DescribeLaunchTemplateVersions", { LaunchTemplateVersion });
    expect(await all(["$Latest", "$Default"])).toBe("none");
    expect(await all(["1"])).toMatch(/^InvalidParameterValue/);
  });

  it("show the image behind a parameter on request, to callers that may read it", async () => {
    bench.parameters["/images/web"] = linux(IRELAND);
    await add({ ImageId: "resolve:ssm:/images/web" });
    const image = async (ResolveAlias: string) =>
      (await versions({ LaunchTemplateVersion: ["2"], ResolveAlias })).map((v) => v.launchTemplateData);
    expect(await image("false")).toEqual([{ imageId: "resolve:ssm:/images/web" }]);
    expect(await image("true")).toEqual([{ imageId: linux(IRELAND) }]);
    bench.denied.push(`ssm:GetParameters on arn:aws:ssm:${IRELAND}:${SRC}:parameter/images/web`);
    await expect(image("true")).rejects.toMatchObject({ code: "Denied" });
    expect(await image("false")).toHaveLength(1);
  });

  it("list an interface's groups under a different name", async () => {
    await add({ NetworkInterface: [{ DeviceIndex: "0", SecurityGroupId: ["sg-1", "sg-2"] }] });
    const [latest] = await versions({ LaunchTemplateVersion: ["$Latest"] });
    expect(latest?.launchTemplateData).toEqual({
      networkInterfaceSet: [{ deviceIndex: "0", groupSet: { groupId: ["sg-1", "sg-2"] } }],
    });
  });
});

describe("DeleteLaunchTemplateVersions", () => {
  it("deletes what it can, and reports for each other version why it was kept", async () => {
    await add({ InstanceType: "t3.small" });
    await add({ InstanceType: "t3.large" });
    const answer = await call("DeleteLaunchTemplateVersions", {
      LaunchTemplateId: id,
      LaunchTemplateVersion: ["1", "3", "9"],
    });
    const about = { launchTemplateId: id, launchTemplateName: "web" };
    expect(answer).toEqual({
      successfullyDeletedLaunchTemplateVersionSet: [{ ...about, versionNumber: "3" }],
      unsuccessfullyDeletedLaunchTemplateVersionSet: [
        { ...about, versionNumber: "1", responseError: expect.objectContaining({ code: "unexpectedError" }) },
        {
          ...about,
          versionNumber: "9",
          responseError: expect.objectContaining({ code: "launchTemplateVersionDoesNotExist" }),
        },
      ],
    });
    expect(await numbers()).toEqual([2, 1]);
    expect(await template()).toMatchObject({ latestVersionNumber: 2 });
  });

  it("never reuses a number", async () => {
    await add({ InstanceType: "t3.small" });
    await call("DeleteLaunchTemplateVersions", { LaunchTemplateId: id, LaunchTemplateVersion: ["2"] });
    const { launchTemplateVersion } = await add({ InstanceType: "t3.large" });
    expect(launchTemplateVersion).toMatchObject({ versionNumber: 3 });
  });

  it("reports a template that does not exist", async () => {
    const { unsuccessfullyDeletedLaunchTemplateVersionSet: set } = await call(
      "DeleteLaunchTemplateVersions",
      {
        LaunchTemplateName: "none",
        LaunchTemplateVersion: ["1"],
      },
    );
    expect(set).toMatchObject([{ responseError: { code: "launchTemplateNameDoesNotExist" } }]);
  });
});

describe("launch templates", () => {
  it("belong to their account and Region, with their own names and tags", async () => {
    const other = { LaunchTemplateId: [id] };
    expect(await bench.refusal(DST, IRELAND, "DescribeLaunchTemplates", other)).toMatch(
      /^InvalidLaunchTemplateId.NotFound/,
    );
    expect(await refused("CreateLaunchTemplate", { LaunchTemplateName: "web", LaunchTemplateData: {} })).toBe(
      "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
    );
    await call("CreateTags", { ResourceId: [id], Tag: [{ Key: "team", Value: "b" }] });
    expect((await template()).tagSet).toEqual([{ key: "team", value: "b" }]);
    await call("DeleteLaunchTemplate", { LaunchTemplateName: "web" });
    expect(await refused("DescribeLaunchTemplates", other)).toMatch(/^InvalidLaunchTemplateId.NotFound/);
  });

  it("are created once by calls with the same token", async () => {
    const made = async () => {
      const { launchTemplate } = await call("CreateLaunchTemplate", {
        LaunchTemplateName: "again",
        LaunchTemplateData: { InstanceType: "t3.micro" },
        ClientToken: "t",
      });
      return (launchTemplate as JsonObject).launchTemplateId;
    };
    expect(await made()).toBe(await made());
  });

  it.each([
    ["no name and no id", {}, /^MissingParameter/],
    ["both", { LaunchTemplateId: "lt-00000001", LaunchTemplateName: "web" }, /^InvalidParameterCombination/],
    ["an invalid id", { LaunchTemplateId: "web" }, /^InvalidLaunchTemplateId.Malformed/],
    ["an invalid name", { LaunchTemplateName: "x" }, /^InvalidLaunchTemplateName.NotFoundException/],
  ])("are not found by %s", async (_what, reference, expected) => {
    expect(await refused("DeleteLaunchTemplate", reference)).toMatch(expected);
  });

  it("can be changed only by callers with the permission", async () => {
    bench.denied.push(
      `ec2:CreateLaunchTemplateVersion on arn:aws:ec2:${IRELAND}:${SRC}:launch-template/${id}`,
    );
    await expect(add({ InstanceType: "t3.small" })).rejects.toMatchObject({ code: "Denied" });
    expect(await numbers()).toEqual([1]);
  });
});
