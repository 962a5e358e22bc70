import type { SnapshotView } from "../../../../scripts/aws";
import { isOurSnapshot, proofOf } from "../../../../kinds/ami/carry/lineage-proof";

const OLD_TAGS = {
  "keyferry:topology": "acme",
  "keyferry:node": "web/final/prod/eu-central-1",
  "keyferry:role": "final",
  "keyferry:source-image": "ami-source",
};
const TAGS = { ...OLD_TAGS, "keyferry:parent-image": "ami-transit" };
const OLD_TRANSIT = { ...OLD_TAGS, "keyferry:role": "transit" };

describe("an image with Keyferry's tags", () => {
  it.each([
    ["is ours if AWS records that it was made from the image in its tags", TAGS, "ami-transit", "ours"],
    ["is a copy of our copy by others if AWS records another source", TAGS, "ami-ours", "others"],
    ["is not ours if others registered it from our snapshots", TAGS, undefined, "others"],
    ["is ours if version 0.1 made it from the source image", OLD_TAGS, "ami-source", "ours"],
    ["is unclear if version 0.1 may have made it through a transit copy", OLD_TAGS, "ami-transit", "unclear"],
    ["is ours if version 0.1 made it as a transit copy", OLD_TRANSIT, "ami-source", "ours"],
    ["is not ours if others copied a transit copy of version 0.1", OLD_TRANSIT, "ami-transit", "others"],
    ["is not ours if AWS records no source for a copy of version 0.1", OLD_TAGS, undefined, "others"],
  ])("%s", (_what, tags, parent, proof) => {
    expect(proofOf({ tags, ...(parent === undefined ? {} : { parentImageId: parent }) })).toBe(proof);
  });
});

describe("a snapshot with Keyferry's tags", () => {
  const TASK = "1,767,225,600,123";
  const MADE = "2026-01-01T00:00:02.000Z";
  const description = `Copied for DestinationAmi ami-copy from SourceAmi ami-transit for SourceSnapshot snap-1. Task created on ${TASK}.`;
  const ours: Pick<SnapshotView, "description" | "startTime" | "tags"> = {
    description,
    startTime: MADE,
    tags: TAGS,
  };

  it.each<[string, Partial<SnapshotView>, string, boolean]>([
    ["is ours if CopyImage made it from the parent that the tags name", {}, "eu-central-1", true],
    ["is not ours if it is a copy by others in another Region", {}, "eu-west-1", false],
    [
      "is not ours if it is a copy that was made later",
      { startTime: "2026-01-01T01:00:00.000Z" },
      "eu-central-1",
      false,
    ],
    ["is not ours if it has another description", { description: "[Copied snap-1]" }, "eu-central-1", false],
    [
      "is not ours if it belongs to a copy of our copy",
      { description: description.replace("SourceAmi ami-transit", "SourceAmi ami-copy") },
      "eu-central-1",
      false,
    ],
    ["of version 0.1 is not proved if there was a transit copy", { tags: OLD_TAGS }, "eu-central-1", false],
    [
      "of version 0.1 is ours if it was made from the source image",
      { tags: OLD_TAGS, description: description.replace("ami-transit", "ami-source") },
      "eu-central-1",
      true,
    ],
  ])("%s", (_what, differing, region, expected) => {
    expect(isOurSnapshot({ ...ours, ...differing }, region)).toBe(expected);
  });

  it("is not Keyferry's without a description", () => {
    expect(isOurSnapshot({ startTime: MADE, tags: TAGS }, "eu-central-1")).toBe(false);
  });
});
