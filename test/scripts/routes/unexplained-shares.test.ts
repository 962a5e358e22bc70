import { cleanText } from "../../../scripts/report/clean-text";
import { verificationText } from "../../../scripts/report/result-text";
import { clean } from "../../../scripts/routes/clean";
import { verify } from "../../../scripts/routes/verify";
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

/** A finished run; then shares that no record explains, on everything that Keyferry touches. */
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
  const ids = [source.view.imageId, snapshot.view.snapshotId, copy.view.imageId].sort();
  return { stage, source, snapshot, copy, ids };
}

describe("a share that no record explains", () => {
  it("is found on source images, their snapshots and final copies, and is no fault by itself", async () => {
    const { stage, ids } = await shared();
    const found = await verify(look(stage));
    expect(found.unexplained.map(({ id }) => id).sort()).toEqual(ids);
    expect(found.unexplained.every(({ sharedWith }) => sharedWith === PROD)).toBe(true);
    expect(found.ok).toBe(true);
    const text = verificationText(found);
    expect(text).not.toContain("no share and no transit copy left");
    expect(text).toContain(`is shared with ${PROD}, and no record says that Keyferry has done so`);
  });

  it("is told with the command that withdraws it, and never withdrawn unasked", async () => {
    const { stage, source, snapshot, copy, ids } = await shared();
    const report = await cleaned(stage, true);
    expect(report.unexplained.map(({ id }) => id).sort()).toEqual(ids);
    expect(source.launchPermissions).toEqual([PROD]);
    expect(snapshot.createVolumePermissions).toEqual([PROD]);
    expect(copy.launchPermissions).toEqual([PROD]);
    const text = cleanText(report);
    expect(text).toContain(
      `--image-id ${source.view.imageId} --launch-permission "Remove=[{UserId=${PROD}}]"`,
    );
    expect(text).toContain(
      `--snapshot-id ${snapshot.view.snapshotId} --attribute createVolumePermission --operation-type remove --user-ids ${PROD}`,
    );
  });

  it("is not one that a run has recorded, nor one with an account that the topology does not know", async () => {
    const { stage, source, snapshot, copy } = await shared();
    for (const view of [source.view, snapshot.view]) view.tags = { "keyferry:shared-with:acme/web": PROD };
    copy.launchPermissions.splice(0, 1, "999999999999");
    expect((await verify(look(stage))).unexplained).toEqual([]);
  });

  it("is not looked for on what Keyferry does not touch", async () => {
    const stage = new Stage();
    await stage.run();
    const other = stage.cloud.image(stage.makeImage("other-1", "plain"));
    other.launchPermissions.push(PROD);
    const { unexplained } = await verify(look(stage));
    expect(unexplained).toEqual([]);
  });
});
