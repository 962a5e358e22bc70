import type { JsonObject } from "../../../contract";
import { publicImages } from "../../../services/ec2/images/public";
import { availableImage, createBench, DST, IRELAND, share, snapshotsOf, SRC, type Bench } from "./lib/bench";

const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-abcdef1234";
const UNIT = "arn:aws:organizations::111111111111:ou/o-abcdef1234/ou-ab12-12345678";
const DAY = 24 * 3600;

let bench: Bench;
let image: string;
beforeEach(async () => {
  bench = createBench();
  image = await availableImage(bench);
});

/** Undefined members are left out. */
const given = (input: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
const call = (operation: string, input: JsonObject = {}, account = SRC): Promise<JsonObject> =>
  bench.call(account, IRELAND, operation, given({ ImageId: image, ...input }));
const refused = (operation: string, input: JsonObject = {}, account = SRC): Promise<string> =>
  bench.refusal(account, IRELAND, operation, given({ ImageId: image, ...input }));
const listed = async (account: string, input: JsonObject = {}): Promise<unknown[]> => {
  const { imagesSet } = await bench.call(account, IRELAND, "DescribeImages", input);
  return (imagesSet as readonly JsonObject[]).map(({ imageId }) => imageId);
};
const permissions = async (): Promise<unknown> =>
  (await call("DescribeImageAttribute", { Attribute: "launchPermission" })).launchPermission;

describe("launch permissions", () => {
  it("name organisations and their units by their full ARNs, and are returned unchanged", async () => {
    await call("ModifyImageAttribute", {
      LaunchPermission: { Add: [{ OrganizationArn: ORGANIZATION }, { OrganizationalUnitArn: UNIT }] },
    });
    expect(await permissions()).toEqual([{ organizationArn: ORGANIZATION }, { organizationalUnitArn: UNIT }]);
    await call("ModifyImageAttribute", {
      Attribute: "launchPermission",
      OperationType: "remove",
      OrganizationArn: [ORGANIZATION],
    });
    expect(await permissions()).toEqual([{ organizationalUnitArn: UNIT }]);
    for (const wrong of ["o-abcdef1234", ORGANIZATION.replace("o-abcdef1234", "x"), UNIT]) {
      const add = { LaunchPermission: { Add: [{ OrganizationArn: wrong }] } };
      expect(await refused("ModifyImageAttribute", add)).toMatch(/^InvalidAMIAttributeItemValue/);
    }
  });

  it("can be public only once block public access is off", async () => {
    const all = { LaunchPermission: { Add: [{ Group: "all" }] } };
    expect(await refused("ModifyImageAttribute", all)).toMatch(
      /^OperationNotPermitted: .*block public access/,
    );
    expect(await listed(DST)).not.toContain(image);
    const settings = { ImageId: undefined };
    expect(await call("GetImageBlockPublicAccessState", settings)).toMatchObject({
      imageBlockPublicAccessState: "block-new-sharing",
    });
    await call("DisableImageBlockPublicAccess", settings);
    await call("ModifyImageAttribute", all);
    expect(await listed(DST)).toContain(image);
    expect(await permissions()).toEqual([{ group: "all" }]);
    await call("ResetImageAttribute", { Attribute: "launchPermission" });
    expect(await listed(DST)).not.toContain(image);
  });

  it("never make an encrypted image public", async () => {
    image = await availableImage(bench, bench.addKey(SRC, IRELAND, "k"), "encrypted");
    await call("DisableImageBlockPublicAccess", { ImageId: undefined });
    const all = { LaunchPermission: { Add: [{ Group: "all" }] } };
    expect(await refused("ModifyImageAttribute", all)).toMatch(/^InvalidParameter/);
  });

  it("can be cancelled by the account that has one, and by no other", async () => {
    await share(bench, image);
    expect(await refused("CancelImageLaunchPermission")).toMatch(/^AuthFailure/);
    await call("CancelImageLaunchPermission", {}, DST);
    expect(await listed(DST, { ExecutableBy: ["self"] })).toEqual([]);
    expect(await refused("CancelImageLaunchPermission", {}, DST)).toMatch(/^InvalidAMIID.NotFound/);
  });
});

describe("an image's attributes", () => {
  it("permanently require IMDSv2", async () => {
    await call("ModifyImageAttribute", { ImdsSupport: { Value: "v2.0" } });
    const { imdsSupport } = await call("DescribeImageAttribute", { Attribute: "imdsSupport" });
    expect(imdsSupport).toEqual({ value: "v2.0" });
    expect(await refused("ModifyImageAttribute", { ImdsSupport: { Value: "v1.0" } })).toMatch(
      /^InvalidParameterValue/,
    );
  });

  it.each(["uefiData", "lastLaunchedTime", "deregistrationProtection", "launchPermission"])(
    "%s can be read only by the owner",
    async (Attribute) => {
      await share(bench, image);
      expect(await refused("DescribeImageAttribute", { Attribute })).toBe("none");
      expect(await refused("DescribeImageAttribute", { Attribute }, DST)).toMatch(/^AuthFailure/);
    },
  );

  it.each(["kernel", "ramdisk", "productCodes", "bootMode", "tpmSupport", "description"])(
    "%s can be read by every account that sees the image",
    async (Attribute) => {
      await share(bench, image);
      expect(await refused("DescribeImageAttribute", { Attribute }, DST)).toBe("none");
    },
  );
});

describe("a deprecated image", () => {
  const at = (days: number): JsonObject => ({
    DeprecateAt: new Date(bench.clock.now().getTime() + days * DAY * 1000).toISOString(),
  });

  it("is not listed for other accounts, but for its owner, and is still found by id", async () => {
    await share(bench, image);
    await call("EnableImageDeprecation", at(1));
    expect(await listed(DST)).toContain(image);
    await bench.clock.advance(2 * DAY);
    expect(await listed(DST)).not.toContain(image);
    expect(await listed(DST, { IncludeDeprecated: "true" })).toContain(image);
    expect(await listed(DST, { ImageId: [image] })).toEqual([image]);
    expect(await listed(SRC)).toContain(image);
    await call("DisableImageDeprecation");
    expect(await listed(DST)).toContain(image);
  });

  it("cannot be deprecated in the past, nor later than in ten years", async () => {
    expect(await refused("EnableImageDeprecation", at(-1))).toMatch(/^InvalidParameterValue/);
    expect(await refused("EnableImageDeprecation", at(3700))).toMatch(/^InvalidParameterValue/);
    expect(await refused("EnableImageDeprecation", at(3600))).toBe("none");
  });
});

describe("a disabled image", () => {
  it("loses its shares permanently, cannot be launched, and is shown on request", async () => {
    await share(bench, image);
    await call("DisableImage");
    const run = { ImageId: image, MinCount: "1", MaxCount: "1" };
    expect(await refused("RunInstances", run)).toMatch(/^InvalidAMIID.Unavailable/);
    expect(await listed(SRC, { Owner: ["self"] })).toEqual([]);
    expect(await listed(SRC, { Owner: ["self"], IncludeDisabled: "true" })).toEqual([image]);
    const add = { LaunchPermission: { Add: [{ UserId: DST }] } };
    expect(await refused("ModifyImageAttribute", add)).toMatch(/^InvalidAMIID.Unavailable/);
    await call("EnableImage");
    expect(await permissions()).toEqual([]);
    expect(await refused("RunInstances", run)).toBe("none");
  });
});

describe("deregistration protection", () => {
  it("is effective until it is disabled", async () => {
    await call("EnableImageDeregistrationProtection");
    expect(await refused("DeregisterImage")).toMatch(/^OperationNotPermitted/);
    await call("DisableImageDeregistrationProtection");
    expect(await refused("DeregisterImage")).toBe("none");
  });

  it("with a cooldown is effective for another day", async () => {
    await call("EnableImageDeregistrationProtection", { WithCooldown: "true" });
    await call("DisableImageDeregistrationProtection");
    expect(await refused("DeregisterImage")).toMatch(/^OperationNotPermitted/);
    await bench.clock.advance(DAY + 1);
    expect(await refused("DeregisterImage")).toBe("none");
  });
});

describe("images from AWS Marketplace", () => {
  it("can be launched, captured as an image and shared, but not copied to another account", async () => {
    const [, , appliance] = publicImages(IRELAND);
    expect(await refused("CopyImage", copyOf(appliance?.imageId))).toBe(
      "InvalidRequest: Images from AWS Marketplace cannot be copied to another AWS account",
    );
    const run = { ImageId: appliance?.imageId, MinCount: "1", MaxCount: "1" };
    const { instancesSet } = await bench.call(SRC, IRELAND, "RunInstances", run);
    await bench.clock.advance(60);
    const [instance] = instancesSet as readonly JsonObject[];
    const made = await bench.call(SRC, IRELAND, "CreateImage", {
      InstanceId: instance?.instanceId,
      Name: "customised",
    });
    await bench.clock.advance(600);
    await share(bench, String(made.imageId));
    const copy = given(copyOf(made.imageId));
    expect(await bench.refusal(DST, IRELAND, "CopyImage", copy)).toContain("Images from AWS Marketplace");
    expect(await bench.refusal(SRC, IRELAND, "CopyImage", copy)).toBe("none");
  });

  const copyOf = (imageId: unknown): JsonObject => ({
    ImageId: undefined,
    Name: "copy",
    SourceImageId: String(imageId),
    SourceRegion: IRELAND,
  });
});

describe("Allowed AMIs", () => {
  it("hide images that no criterion allows, as if they did not exist, but never own images", async () => {
    await share(bench, image);
    const settings = { ImageId: undefined };
    await call(
      "ReplaceImageCriteriaInAllowedImagesSettings",
      { ...settings, ImageCriterion: [{ ImageProvider: ["amazon"] }] },
      DST,
    );
    await call("EnableAllowedImagesSettings", { ...settings, AllowedImagesSettingsState: "enabled" }, DST);
    expect(await bench.refusal(DST, IRELAND, "DescribeImages", { ImageId: [image] })).toMatch(
      /^InvalidAMIID.NotFound/,
    );
    const run = { ImageId: image, MinCount: "1", MaxCount: "1" };
    expect(await bench.refusal(DST, IRELAND, "RunInstances", run)).toMatch(/^InvalidAMIID.NotFound/);
    await call(
      "ReplaceImageCriteriaInAllowedImagesSettings",
      { ...settings, ImageCriterion: [{ ImageProvider: [SRC] }] },
      DST,
    );
    expect(await listed(DST, { ImageId: [image] })).toEqual([image]);
    expect(await bench.refusal(DST, IRELAND, "RunInstances", run)).toBe("none");
  });

  it("only mark images in audit mode", async () => {
    await share(bench, image);
    const settings = { ImageId: undefined };
    await call("EnableAllowedImagesSettings", { ...settings, AllowedImagesSettingsState: "audit-mode" }, DST);
    const { imagesSet } = await bench.call(DST, IRELAND, "DescribeImages", { ImageId: [image] });
    expect(imagesSet).toEqual([expect.objectContaining({ imageId: image, imageAllowed: false })]);
    expect(snapshotsOf(bench, image)).toHaveLength(1);
  });
});
