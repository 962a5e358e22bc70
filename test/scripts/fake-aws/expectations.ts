import { copyJobs } from "../../../topology";
import { homeKeyAlias } from "../../../topology/names";
import type { Stage } from "./stage";

export function node(rule: string, role: "transit" | "final", account: string, region: string): string {
  return `${rule}/${role}/${account}/${region}`;
}

/**
 * Checks everything that a finished run guarantees, in the cloud itself.
 * @param sourceImageId the image that must have been copied. @default - the stage's first
 */
export function expectCarried(stage: Stage, sourceImageId = stage.imageId): void {
  const { cloud, topology } = stage;
  for (const job of copyJobs(topology)) {
    const copies = cloud
      .registered(job.to)
      .filter(
        (image) => image.view.tags["keyferry:node"] === `web/final/${job.to.account.name}/${job.to.region}`,
      );
    expect(copies.map((image) => [image.view.state, image.view.tags["keyferry:source-image"]])).toEqual([
      ["available", sourceImageId],
    ]);
    const [copy] = copies;
    if (copy === undefined) return;
    const homeKey = stage.keyArn(job.to, homeKeyAlias(topology.name));
    for (const { view } of cloud.snapshotsOf(copy)) expect(view.keyArn).toBe(homeKey);
    expect(copy.launchPermissions).toEqual([]);
    if (job.rule.publishTo !== undefined) {
      expect(cloud.shown(job.to, job.rule.publishTo)).toBe(copy.view.id);
    }
  }
  expectNothingLeft(stage);
}

/** No transit copy, no snapshot without an image, no share, no record of a share, no lease, no intent. */
export function expectNothingLeft(stage: Stage): void {
  const { cloud } = stage;
  const roles = cloud.images
    .filter((image) => image.registered)
    .map((image) => image.view.tags["keyferry:role"]);
  expect(roles).not.toContain("transit");
  const held = new Set(
    cloud.images
      .filter((image) => image.registered)
      .flatMap((image) => image.view.volumes.map((v) => v.snapshotId)),
  );
  expect(cloud.snapshots.map((snapshot) => snapshot.view.snapshotId).filter((id) => !held.has(id))).toEqual(
    [],
  );
  const source = cloud.image(stage.imageId);
  expect(source.launchPermissions).toEqual([]);
  expect(source.view.tags).toEqual({});
  for (const snapshot of cloud.snapshotsOf(source)) {
    expect(snapshot.createVolumePermissions).toEqual([]);
    expect(snapshot.view.tags).toEqual({});
  }
  expect([...cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"))).toEqual([]);
}
