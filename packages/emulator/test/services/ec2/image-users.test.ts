import type { JsonObject } from "../../../contract";
import {
  addTemplate,
  availableImage,
  createBench,
  DST,
  IRELAND,
  SRC,
  TEMPLATE,
  type Bench,
} from "./lib/bench";

const run = async (bench: Bench, account: string, ImageId: string): Promise<string> => {
  const input = { ImageId, InstanceType: "t3.micro", MinCount: "1", MaxCount: "1" };
  const { instancesSet } = await bench.call(account, IRELAND, "RunInstances", input);
  return String((instancesSet as readonly JsonObject[])[0]?.instanceId);
};

describe("DescribeImageReferences", () => {
  let bench: Bench;
  let image: string;
  beforeEach(async () => {
    bench = createBench();
    image = await availableImage(bench);
  });

  const references = async (input: JsonObject): Promise<readonly string[]> => {
    const answer = await bench.call(SRC, IRELAND, "DescribeImageReferences", { ImageId: [image], ...input });
    return (answer.imageReferenceSet as readonly JsonObject[]).map(({ arn }) => String(arn));
  };
  const only = (
    ResourceType: string,
    OptionName?: string,
    ...OptionValue: readonly string[]
  ): JsonObject => ({
    ResourceType: [
      { ResourceType, ResourceTypeOption: OptionName === undefined ? [] : [{ OptionName, OptionValue }] },
    ],
  });
  const arn = (resource: string) => `arn:aws:ec2:${IRELAND}:${SRC}:${resource}`;

  it("finds the caller's own instances, launch templates and parameters, and no other account's", async () => {
    const mine = await run(bench, SRC, image);
    await bench.call(SRC, IRELAND, "ModifyImageAttribute", {
      ImageId: image,
      OperationType: "add",
      UserId: [DST],
    });
    await run(bench, DST, image);
    addTemplate(bench, { ImageId: image });
    bench.parameters["/images/web"] = image;
    bench.parameters["/images/other"] = "ami-00000000000000000";
    expect(await references({ IncludeAllResourceTypes: "true" })).toEqual([
      arn(`instance/${mine}`),
      arn(`launch-template/${TEMPLATE}`),
      `arn:aws:ssm:${IRELAND}:${SRC}:parameter/images/web`,
    ]);
    expect(await references(only("ec2:LaunchTemplate"))).toEqual([arn(`launch-template/${TEMPLATE}`)]);
  });

  it("checks instances in the given states, and the given number of versions", async () => {
    const mine = await run(bench, SRC, image);
    expect(await references(only("ec2:Instance", "state-name", "stopped"))).toEqual([]);
    expect(await references(only("ec2:Instance", "state-name", "pending"))).toEqual([
      arn(`instance/${mine}`),
    ]);
    addTemplate(bench, { ImageId: image });
    for (let version = 2; version <= 11; version++) {
      await bench.call(SRC, IRELAND, "CreateLaunchTemplateVersion", {
        LaunchTemplateId: TEMPLATE,
        LaunchTemplateData: { InstanceType: "t3.micro" },
      });
    }
    expect(await references(only("ec2:LaunchTemplate"))).toEqual([]);
    expect(await references(only("ec2:LaunchTemplate", "version-depth", "11"))).toHaveLength(1);
  });

  it.each([
    ["ec2:Instance", "ec2:DescribeInstances"],
    ["ssm:Parameter", "ssm:GetParameters"],
  ])("for %s needs %s", async (type, permission) => {
    bench.denied.push(`${permission} on *`);
    await expect(references(only(type))).rejects.toMatchObject({ code: "Denied" });
    await expect(references(only("ec2:LaunchTemplate"))).resolves.toEqual([]);
  });

  it.each([
    ["no type", {}, /^MissingParameter/],
    ["an invalid type", only("s3:Bucket"), /^InvalidParameterValue/],
    [
      "eleven images",
      { ...only("ec2:Instance"), ImageId: Array(11).fill("ami-00000000") },
      /^InvalidParameterValue/,
    ],
  ])("is refused with %s", async (_what, input, expected) => {
    const all = Object.assign({ ImageId: [image] }, input);
    expect(await bench.refusal(SRC, IRELAND, "DescribeImageReferences", all)).toMatch(expected);
  });
});

describe("an image usage report", () => {
  let bench: Bench;
  let ImageId: string;
  beforeEach(async () => {
    bench = createBench();
    ImageId = await availableImage(bench);
    const share = { ImageId, OperationType: "add", UserId: [DST] };
    await bench.call(SRC, IRELAND, "ModifyImageAttribute", share);
    await run(bench, SRC, ImageId);
    for (let n = 0; n < 2; n++) await run(bench, DST, ImageId);
  });

  const create = async (more: JsonObject = {}): Promise<string> => {
    const input = { ImageId, ResourceType: [{ ResourceType: "ec2:Instance" }], ...more };
    return String((await bench.call(SRC, IRELAND, "CreateImageUsageReport", input)).reportId);
  };
  const report = async (id: string): Promise<JsonObject> => {
    const answer = await bench.call(SRC, IRELAND, "DescribeImageUsageReports", { ReportId: [id] });
    return (answer.imageUsageReportSet as readonly JsonObject[])[0] ?? {};
  };
  const entries = async (ReportId: readonly string[]) =>
    (await bench.call(SRC, IRELAND, "DescribeImageUsageReportEntries", { ReportId }))
      .imageUsageReportEntrySet;

  it("is created after some time, and counts the resources of other accounts", async () => {
    const id = await create();
    expect(await report(id)).toMatchObject({ state: "pending", imageId: ImageId });
    expect(await entries([id])).toEqual([]);
    await bench.clock.advance(300);
    expect(await report(id)).toMatchObject({ state: "available" });
    expect(await entries([id])).toEqual([
      {
        imageId: ImageId,
        resourceType: "ec2:Instance",
        accountId: DST,
        usageCount: 2,
        reportCreationTime: (await report(id)).creationTime,
        reportId: id,
      },
    ]);
  });

  it("covers the named accounts", async () => {
    const id = await create({ AccountId: ["333333333333"] });
    await bench.clock.advance(300);
    expect(await entries([id])).toEqual([]);
  });

  it("expires after 30 days, or when it is deleted", async () => {
    const [first, second] = [await create(), await create()];
    await bench.call(SRC, IRELAND, "DeleteImageUsageReport", { ReportId: first });
    await expect(report(first)).rejects.toThrow("does not exist");
    await bench.clock.advance(29 * 86_400);
    expect(await report(second)).toMatchObject({ state: "available" });
    await bench.clock.advance(2 * 86_400);
    await expect(report(second)).rejects.toThrow("does not exist");
  });

  it("can be read only by the owner, and created only for the owner's image", async () => {
    const id = await create();
    const other = bench.refusal(DST, IRELAND, "DescribeImageUsageReports", { ReportId: [id] });
    expect(await other).toMatch(/NotFound/);
    const input = { ImageId, ResourceType: [{ ResourceType: "ec2:Instance" }] };
    expect(await bench.refusal(DST, IRELAND, "CreateImageUsageReport", input)).toMatch(
      /^InvalidAMIID.NotFound/,
    );
  });
});
