import { resolveSourceImage } from "../../../../kinds/ami/carry/resolve-source-image";
import { Stage } from "../../../scripts/fake-aws/stage";

function setUp() {
  const stage = new Stage();
  const [rule] = stage.topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const carried = async () => {
    const context = { topology: stage.topology, aws: stage.cloud.access() };
    return (await resolveSourceImage(context, rule))?.id;
  };
  return { stage, carried };
}

describe("the newest image whose name matches", () => {
  it("is the one that was created last", async () => {
    const { stage, carried } = setUp();
    const newer = stage.makeImage("web-2", "plain");
    expect(await carried()).toBe(newer);
  });

  it("does not depend on the order in which two images of the same second are listed", async () => {
    const { stage, carried } = setUp();
    const disks = [{ deviceName: "/dev/xvda", sizeGiB: 8 }];
    stage.clock.advance(60);
    for (const name of ["web-arm", "web-intel"]) stage.cloud.addImage(stage.source, name, disks);
    const first = await carried();
    stage.cloud.images.reverse();
    expect(await carried()).toBe(first);
  });

  it("is never a copy that Keyferry made, of any topology", async () => {
    const { stage, carried } = setUp();
    const copy = stage.cloud.image(stage.makeImage("web-2", "plain"));
    copy.view.tags = { "keyferry:topology": "other", "keyferry:node": "web/final/prod/eu-west-1" };
    expect(await carried()).toBe(stage.imageId);
  });
});
