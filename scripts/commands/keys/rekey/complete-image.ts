import type { ImageView, SnapshotView } from "../../../aws";
import { REKEY_TAGS, userTags } from "../../../engine/lineage";
import { change, type PlaceWork } from "./work";

/** EC2 accepts no time in the past, and a call takes some time to arrive. */
const SOON_MS = 60_000;

/**
 * Sets on a copy what CopyImage does not copy: tags of each snapshot, shares of the image and its snapshots, IMDSv2, deprecation and
 * deregistration protection. Only what differs is set. At the end the image and its snapshots are tagged with their replacements, so that
 * each of them is recognised as replaced even if another one is deleted.
 */
export async function completeImage(
  work: PlaceWork,
  image: ImageView,
  copy: ImageView,
  copied: readonly SnapshotView[],
): Promise<void> {
  const { images } = work;
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  const originals = ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids });
  for (const { deviceName, snapshotId } of image.volumes) {
    const original = originals.find((one) => one.snapshotId === snapshotId);
    const twinId = copy.volumes.find((volume) => volume.deviceName === deviceName)?.snapshotId;
    const twin = copied.find((one) => one.snapshotId === twinId);
    if (original !== undefined && twin !== undefined) await completeSnapshot(work, original, twin);
  }
  await shareAlike(
    work,
    await images.launchPermissions(image.id),
    await images.launchPermissions(copy.id),
    (accounts) => images.changeLaunchPermissions(copy.id, "add", accounts),
  );
  const wantsImdsV2 = image.attributes["IMDS support"] === "v2.0";
  if (wantsImdsV2 && copy.attributes["IMDS support"] !== "v2.0")
    await change(work, () => images.requireImdsV2(copy.id));
  const { deprecationTime } = image;
  const isAhead = Date.parse(deprecationTime ?? "") > work.clock.now().getTime() + SOON_MS;
  if (deprecationTime !== undefined && isAhead && copy.deprecationTime !== deprecationTime)
    await change(work, () => images.deprecate(copy.id, deprecationTime));
  const { deregistrationProtection: protection } = image;
  if (protection.startsWith("enabled") && copy.deregistrationProtection !== protection) {
    const withCooldown = protection === "enabled-with-cooldown";
    await change(work, () => images.enableDeregistrationProtection(copy.id, withCooldown));
  }
  await markReplaced(work, image.id, image.tags, copy.id);
}

/** Marks a copy of a run, with its snapshots, as replaced by the copy of a later run, which that run completed itself. */
export async function markCopyOfRun(work: PlaceWork, image: ImageView, next: ImageView): Promise<void> {
  const { images } = work;
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  for (const { snapshotId, tags } of ids.length === 0
    ? []
    : await images.describeSnapshots({ "snapshot-id": ids })) {
    const device = image.volumes.find((volume) => volume.snapshotId === snapshotId)?.deviceName;
    const twin = next.volumes.find(({ deviceName }) => deviceName === device);
    if (twin !== undefined) await markReplaced(work, snapshotId, tags, twin.snapshotId);
  }
  await markReplaced(work, image.id, image.tags, next.id);
}

/** The same for a snapshot, of an image or without one. */
export async function completeSnapshot(
  work: PlaceWork,
  original: SnapshotView,
  twin: SnapshotView,
): Promise<void> {
  const { images } = work;
  const missing = Object.fromEntries(
    Object.entries(userTags(original.tags)).filter(([key, value]) => twin.tags[key] !== value),
  );
  if (Object.keys(missing).length > 0)
    await change(work, () => images.createTags([twin.snapshotId], missing));
  await shareAlike(
    work,
    await images.createVolumePermissions(original.snapshotId),
    await images.createVolumePermissions(twin.snapshotId),
    (accounts) => images.changeCreateVolumePermissions(twin.snapshotId, "add", accounts),
  );
  await markReplaced(work, original.snapshotId, original.tags, twin.snapshotId);
}

async function shareAlike(
  work: PlaceWork,
  wanted: readonly string[],
  found: readonly string[],
  add: (accounts: readonly string[]) => Promise<void>,
): Promise<void> {
  const missing = wanted.filter((account) => !found.includes(account));
  if (missing.length > 0) await change(work, () => add(missing));
}

export async function markReplaced(
  work: PlaceWork,
  id: string,
  tags: Readonly<Record<string, string>>,
  replacement: string,
): Promise<void> {
  if (tags[REKEY_TAGS.replacedBy] === replacement) return;
  await change(work, () => work.images.createTags([id], { [REKEY_TAGS.replacedBy]: replacement }));
}
