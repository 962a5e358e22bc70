import { homeKeyAlias } from "../../../topology";
import type { CopyImageRequest } from "../../../scripts/aws";
import { Bomb, Crash } from "./bomb";
import { Stage, TWO_ACCOUNTS } from "./stage";

function request(stage: Stage, change: Partial<CopyImageRequest> = {}): CopyImageRequest {
  const keyArn = stage.keyArn(stage.place("staging", "eu-west-1"), homeKeyAlias("acme"));
  const base = { name: "copy", sourceImageId: stage.imageId, sourceRegion: "eu-west-1", keyArn, tags: {} };
  return { ...base, clientToken: "token", ...change };
}

function plain(): Stage {
  return new Stage(TWO_ACCOUNTS, {}, "plain");
}

describe("the fake AWS", () => {
  it("refuses to copy an image that is not shared", async () => {
    const stage = plain();
    const images = stage.cloud.access().images(stage.place("staging", "eu-west-1"));
    await expect(images.copyImage(request(stage))).rejects.toThrow("InvalidAMIID.NotFound");
  });

  it("refuses to copy an image whose snapshots are not shared", async () => {
    const stage = plain();
    stage.cloud.image(stage.imageId).launchPermissions.push("333333333333");
    const images = stage.cloud.access().images(stage.place("staging", "eu-west-1"));
    await expect(images.copyImage(request(stage))).rejects.toThrow("permission to access the storage");
  });

  it("copies an image with its snapshots once both are shared, after its copy time", async () => {
    const stage = plain();
    const source = stage.cloud.image(stage.imageId);
    source.launchPermissions.push("333333333333");
    stage.cloud.snapshotsOf(source).forEach((s) => s.createVolumePermissions.push("333333333333"));
    const images = stage.cloud.access().images(stage.place("staging", "eu-west-1"));
    const imageId = await images.copyImage(request(stage));
    expect(stage.cloud.image(imageId).view.state).toBe("pending");
    stage.clock.advance(60);
    expect(stage.cloud.image(imageId).view.state).toBe("available");
  });

  it("returns the same image for the same token, and refuses the token for another request", async () => {
    const stage = plain();
    const images = stage.cloud.access().images(stage.source);
    const keyArn = stage.keyArn(stage.source, "alias/keyferry/acme/transit");
    const first = await images.copyImage(request(stage, { keyArn }));
    await images.deregisterImage(first);
    expect(await images.copyImage(request(stage, { keyArn }))).toBe(first);
    await expect(images.copyImage(request(stage, { keyArn, name: "other" }))).rejects.toThrow(
      "IdempotentParameterMismatch",
    );
  });

  it("refuses to share a snapshot under an AWS managed key", async () => {
    const stage = new Stage();
    const images = stage.cloud.access().images(stage.source);
    await expect(images.changeLaunchPermissions(stage.imageId, "add", ["222222222222"])).rejects.toThrow(
      "can't be shared",
    );
  });

  it("shows created resources only after its consistency lag", async () => {
    const stage = new Stage(TWO_ACCOUNTS, { lagSeconds: 10 }, "plain");
    const images = stage.cloud.access().images(stage.source);
    const keyArn = stage.keyArn(stage.source, "alias/keyferry/acme/transit");
    const imageId = await images.copyImage(request(stage, { keyArn }));
    expect(await images.describeImages({ "image-id": [imageId] })).toEqual([]);
    stage.clock.advance(10);
    expect(await images.describeImages({ "image-id": [imageId] })).toHaveLength(1);
  });

  it("drops a published image that does not exist", async () => {
    const stage = plain();
    const parameters = stage.cloud.access().parameters(stage.source);
    await parameters.put({
      name: "/a",
      value: "ami-0",
      dataType: "aws:ec2:image",
      overwrite: true,
      tags: {},
    });
    stage.clock.advance(60);
    expect(await parameters.get("/a")).toBeUndefined();
  });

  it("makes no change after a crash", async () => {
    const stage = plain();
    const parameters = stage.cloud.access(new Bomb(1)).parameters(stage.source);
    const put = () => parameters.put({ name: "/a", value: "1", dataType: "text", overwrite: true, tags: {} });
    await expect(put()).rejects.toThrow(Crash);
    await expect(put()).rejects.toThrow(Crash);
    expect(stage.cloud.shown(stage.source, "/a")).toBeUndefined();
  });
});
