import { cleanText } from "../../../scripts/report/clean-text";
import { verificationText } from "../../../scripts/report/result-text";
import { clean } from "../../../scripts/commands/clean";
import { verify } from "../../../scripts/commands/verify";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Stage } from "../fake-aws/stage";

const PROD = "222222222222";

function look(stage: Stage) {
  return { topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock };
}

function cleaned(stage: Stage, apply: boolean) {
  const me = { host: "laptop", pid: 1, run: "clean" };
  const keeper = { me, clock: stage.clock, settings: AWS_SETTINGS, isAlive: () => true };
  const signal = new AbortController().signal;
  const foundation = stage.foundation();
  const listener = () => undefined;
  return clean({ ...look(stage), foundation, settings: AWS_SETTINGS, keeper, signal, listener, apply });
}

/** A finished run; then shares without a record on every resource that Keyferry touches. */
async function shared() {
  const stage = new Stage();
  await stage.run();
  const source = stage.cloud.image(stage.imageId);
  const [snapshot] = stage.cloud.snapshotsOf(source);
  const [copy] = stage.cloud.registered(stage.place("staging", "eu-west-1"));
  if (snapshot === undefined || copy === undefined) throw new TypeError("nothing was carried");
  source.launchPermissions.push(PROD);
  snapshot.createVolumePermissions.push(PROD);
  copy.launchPermissions.push(PROD);
  const ids = [source.view.id, snapshot.view.snapshotId, copy.view.id].sort();
  return { stage, source, snapshot, copy, ids };
}

describe("a share without a record", () => {
  it("is found on source images, their snapshots and final copies, and is not an error by itself", async () => {
    const { stage, ids } = await shared();
    const found = await verify(look(stage));
    expect(found.unexplained.map(({ id }) => id).sort()).toEqual(ids);
    expect(found.unexplained.every(({ sharedWith }) => sharedWith === PROD)).toBe(true);
    expect(found.ok).toBe(true);
    const text = verificationText(found);
    expect(text).not.toContain("no share and no transit copy left");
    expect(text).toContain(`is shared with ${PROD}, and no record shows that Keyferry shared it`);
  });

  it("is reported with the command that withdraws it, and never withdrawn automatically", async () => {
    const { stage, source, snapshot, copy, ids } = await shared();
    const report = await cleaned(stage, true);
    expect(report.unexplained.map(({ id }) => id).sort()).toEqual(ids);
    expect(source.launchPermissions).toEqual([PROD]);
    expect(snapshot.createVolumePermissions).toEqual([PROD]);
    expect(copy.launchPermissions).toEqual([PROD]);
    const text = cleanText(report);
    expect(text).toContain(`--image-id ${source.view.id} --launch-permission "Remove=[{UserId=${PROD}}]"`);
    expect(text).toContain(
      `--snapshot-id ${snapshot.view.snapshotId} --attribute createVolumePermission --operation-type remove --user-ids ${PROD}`,
    );
  });

  it("is not a share that a run recorded, or a share with an account outside the topology", async () => {
    const { stage, source, snapshot, copy } = await shared();
    for (const view of [source.view, snapshot.view]) view.tags = { "keyferry:shared-with:acme/web": PROD };
    copy.launchPermissions.splice(0, 1, "999999999999");
    expect((await verify(look(stage))).unexplained).toEqual([]);
  });

  it("is found on an image that an earlier run carried, and on its snapshots", async () => {
    const stage = new Stage();
    await stage.run();
    const earlier = stage.cloud.image(stage.imageId);
    const [snapshot] = stage.cloud.snapshotsOf(earlier);
    if (snapshot === undefined) throw new TypeError("no snapshot");
    stage.makeImage("web-2", "mixed");
    await stage.run();
    earlier.launchPermissions.push(PROD);
    snapshot.createVolumePermissions.push(PROD);
    for (const { unexplained } of [await verify(look(stage)), await cleaned(stage, true)]) {
      expect(unexplained.map(({ id }) => id).sort()).toEqual(
        [earlier.view.id, snapshot.view.snapshotId].sort(),
      );
    }
  });

  it("is found on a transit copy, and on a snapshot without its image", async () => {
    const stage = new Stage();
    await stage.run();
    const made = stage.cloud.images.find(({ view }) => view.tags["keyferry:role"] === "transit");
    if (made === undefined) throw new TypeError("no transit copy");
    const lineage = made.view.tags;
    const transit = stage.cloud.image(
      stage.cloud.addCopy(stage.source, "late", lineage, lineage["keyferry:parent-image"]),
    );
    const [snapshot] = stage.cloud.snapshotsOf(transit);
    if (snapshot === undefined) throw new TypeError("no snapshot");
    transit.launchPermissions.push(PROD);
    snapshot.createVolumePermissions.push(PROD);
    for (const one of [transit, snapshot]) {
      one.view.tags = Object.fromEntries(
        Object.entries(one.view.tags).filter(([key]) => !key.startsWith("keyferry:shared-with")),
      );
    }
    const ids = async () => (await verify(look(stage))).unexplained.map(({ id }) => id).sort();
    expect(await ids()).toEqual([transit.view.id, snapshot.view.snapshotId].sort());
    transit.registered = false;
    expect(await ids()).toEqual([snapshot.view.snapshotId]);
  });

  it("is not reported on another team's copy that has Keyferry's tags", async () => {
    const { stage, copy } = await shared();
    const tags = copy.view.tags;
    const theirs = stage.cloud.image(stage.cloud.addCopy(copy.place, "theirs", tags, copy.view.id));
    theirs.view.tags = tags;
    theirs.launchPermissions.push(PROD);
    for (const { view, createVolumePermissions } of stage.cloud.snapshotsOf(theirs)) {
      view.tags = tags;
      createVolumePermissions.push(PROD);
    }
    const { unexplained } = await verify(look(stage));
    expect(unexplained.map(({ id }) => id)).toContain(copy.view.id);
    expect(unexplained.map(({ id }) => id)).not.toContain(theirs.view.id);
    expect(unexplained).toHaveLength(3);
  });

  it("is not searched for on resources that Keyferry does not touch", async () => {
    const stage = new Stage();
    await stage.run();
    const other = stage.cloud.image(stage.makeImage("other-1", "plain"));
    other.launchPermissions.push(PROD);
    const { unexplained } = await verify(look(stage));
    expect(unexplained).toEqual([]);
  });
});
