import { availableImage, createBench, DST, IRELAND, SRC } from "./lib/bench";

describe("EC2", () => {
  it("enforces the quota of images, without counting failed ones", async () => {
    const bench = createBench();
    const imageId = await availableImage(bench);
    bench.state.accountQuotas[SRC] = { images: 1 };
    const copy = { Name: "more", SourceImageId: imageId, SourceRegion: IRELAND };
    expect(await bench.refusal(SRC, IRELAND, "CopyImage", copy)).toMatch(
      /^ResourceLimitExceeded: You have reached your quota of 1 /,
    );
    bench.state.images[imageId]!.state = "failed";
    bench.state.accountQuotas[SRC] = { images: 2 };
    bench.state.images[imageId]!.state = "available";
    expect(await bench.refusal(SRC, IRELAND, "CopyImage", copy)).toBe("none");
  });

  it("enforces the quota of public images, with AWS's error text", async () => {
    const bench = createBench();
    await bench.call(SRC, IRELAND, "DisableImageBlockPublicAccess");
    const open = async (ImageId: string) =>
      bench.refusal(SRC, IRELAND, "ModifyImageAttribute", {
        ImageId,
        LaunchPermission: { Add: [{ Group: "all" }] },
      });
    bench.state.accountQuotas[SRC] = { publicImages: 1 };
    const [first, second] = [await availableImage(bench), await availableImage(bench, undefined, "second")];
    expect(await open(first)).toBe("none");
    expect(await open(first)).toBe("none");
    expect(await open(second)).toBe(
      "ResourceLimitExceeded: You have reached your quota of 1 for the number of public images allowed in this Region. Deregister unused public images or make them private, or request an increase in your public AMIs quota.",
    );
    expect(bench.state.images[second]?.public).toBe(false);
  });

  it("enforces the quota of accounts that an image is shared with", async () => {
    const bench = createBench();
    bench.state.accountQuotas[SRC] = { imageSharing: 1 };
    const ImageId = await availableImage(bench);
    const add = (...UserId: readonly string[]) =>
      bench.refusal(SRC, IRELAND, "ModifyImageAttribute", { ImageId, OperationType: "add", UserId });
    expect(await add(DST, "333333333333")).toMatch(/^ResourceLimitExceeded/);
    expect(bench.state.images[ImageId]?.launchPermissions).toEqual([]);
    expect(await add(DST)).toBe("none");
    expect(await add(DST)).toBe("none");
  });

  it("enforces the quota of snapshots", async () => {
    const bench = createBench();
    await availableImage(bench);
    const [VolumeId] = Object.keys(bench.state.volumes);
    bench.state.accountQuotas[SRC] = { snapshots: 1 };
    expect(await bench.refusal(SRC, IRELAND, "CreateSnapshot", { VolumeId })).toMatch(
      /^SnapshotLimitExceeded/,
    );
    bench.state.accountQuotas[SRC] = { snapshots: 2 };
    expect(await bench.refusal(SRC, IRELAND, "CreateSnapshot", { VolumeId })).toBe("none");
  });
});
