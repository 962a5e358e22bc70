import { KeyferryError } from "../../../../core/errors";
import type { SnapshotView } from "../../../../scripts/aws";
import { concurrently } from "../../../../scripts/engine/concurrently";
import type { RunContext } from "../../../../scripts/engine/context";
import { CopyFailedError } from "../../../../scripts/engine/errors";
import { throwIfAborted } from "../../../../scripts/engine/graph-runner";
import type { CopyNode } from "../../../../topology";
import type { CopyOrigin } from "../../../kind";
import { deleteSnapshot } from "../../../shared/delete-snapshot";
import { atMost } from "../stored/workers";
import { beginSnapshotCopy } from "./begin-snapshot-copy";
import { copiedSnapshots, type CopiedSnapshot } from "./copied-snapshots";
import type { OriginVolume } from "./read-image";

/** Snapshot copies of one image that are in progress at the same time; EC2 accepts 20 in an account and Region by default. */
const COPIES_AT_ONCE = 10;

/** How often a copy is started if it is deleted each time. */
const TIMES = 3;

/** The copies of the snapshots of an image, while a run creates them. */
export interface SnapshotCopies {
  readonly context: RunContext;
  readonly node: CopyNode;
  readonly origin: CopyOrigin;
  /** ARN of the key of a snapshot, by its tags. */
  readonly keyOf: (snapshot: Pick<SnapshotView, "tags">) => string;
  readonly attempt: number;
}

/**
 * Makes sure that a completed copy of every snapshot exists under its key: continues copies that an earlier run started, removes failed
 * ones, copies the other snapshots at the same time, and waits. Safe to repeat from any point.
 * @returns ids of the copies by the names of their devices
 * @throws CopyFailedError if one of the copies fails. @throws AwsCallError `InvalidSnapshot.NotFound` while a source snapshot is not
 *   visible to the account
 */
export async function copySnapshots(
  copies: SnapshotCopies,
  volumes: readonly OriginVolume[],
): Promise<ReadonlyMap<string, string>> {
  const { context, node, origin } = copies;
  const port = context.aws.images(node.place);
  const found = await copiedSnapshots(copies);
  for (const { snapshotId, state } of found) {
    if (state === "error") await deleteSnapshot(context, port, snapshotId);
  }
  const existing = new Map<string, CopiedSnapshot>();
  for (const one of found)
    if (one.state !== "error" && !existing.has(one.device)) existing.set(one.device, one);
  const missing = volumes.filter(({ deviceName }) => !existing.has(deviceName));
  await throwUnlessSeen(context, node, origin, missing);
  const done = new Map<string, string>();
  await atMost(COPIES_AT_ONCE, volumes, async (volume) => {
    const { deviceName } = volume;
    const copy = await completed(copies, volume, existing.get(deviceName)?.snapshotId);
    done.set(deviceName, copy.snapshotId);
    const percent = Math.floor((done.size / volumes.length) * 100);
    const progress = { state: copy.state, percent };
    context.emit({ code: "CopyProgressed", node: node.id, imageId: copy.snapshotId, progress });
  });
  const used = new Set(done.values());
  // A second copy of the same snapshot exists if a response was lost and the copy became visible late.
  for (const { snapshotId, state } of found) {
    if (state !== "error" && !used.has(snapshotId)) await deleteSnapshot(context, port, snapshotId);
  }
  return done;
}

/** CopySnapshot accepts a snapshot that is not visible to the account, and the copy fails later. */
async function throwUnlessSeen(
  { aws }: RunContext,
  { place }: CopyNode,
  { region }: CopyOrigin,
  volumes: readonly OriginVolume[],
): Promise<void> {
  const port = aws.images({ account: place.account, region });
  await concurrently(volumes, ({ snapshotId }) => port.describeSnapshot(snapshotId));
}

/** Waits for the copy of one snapshot. The copy is started if it does not exist. */
async function completed(
  copies: SnapshotCopies,
  volume: OriginVolume,
  begun: string | undefined,
): Promise<SnapshotView> {
  let id = begun;
  for (let times = 0; times < TIMES; times += 1) {
    id ??= await beginSnapshotCopy(copies, volume);
    const end = await ended(copies.context, copies.node, id);
    if (end?.state === "completed") return end;
    if (end !== undefined) throw await failed(copies, volume, end);
    id = undefined;
  }
  const { account, region } = copies.node.place;
  throw new KeyferryError(
    `the copies of ${volume.snapshotId} for ${copies.node.id} were deleted while the run waited for them`,
    {
      code: "CopiesGone",
      source: "aws",
      account: account.id,
      fix: `find out what deletes snapshots in account ${account.id} ${region}`,
    },
  );
}

/** How a snapshot has ended; undefined if it no longer exists. */
async function ended(
  { aws, clock, settings, signal }: RunContext,
  { place }: CopyNode,
  snapshotId: string,
): Promise<SnapshotView | undefined> {
  let pause = settings.pollMinSeconds;
  let seenAt = clock.now().getTime();
  for (;;) {
    throwIfAborted(signal);
    const [snapshot] = await aws.images(place).describeSnapshots({ "snapshot-id": [snapshotId] });
    const now = clock.now().getTime();
    if (snapshot === undefined) {
      if ((now - seenAt) / 1000 > settings.missingAfterSeconds) return undefined;
    } else {
      if (snapshot.state === "completed" || snapshot.state === "error") return snapshot;
      seenAt = now;
    }
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 1.5, settings.pollMaxSeconds);
  }
}

async function failed(
  { context, node, origin, keyOf }: SnapshotCopies,
  { deviceName, snapshotId }: OriginVolume,
  copy: SnapshotView,
): Promise<CopyFailedError> {
  const from = { account: node.rule.from.account, region: origin.region };
  const original = await context.aws.images(from).describeSnapshots({ "snapshot-id": [snapshotId] });
  const reason = copy.stateMessage ?? `AWS gives no reason; the copy is ${copy.state}`;
  return new CopyFailedError({
    node,
    imageId: copy.snapshotId,
    reason: `${reason} (the copy of ${snapshotId}, ${deviceName})`,
    keyArn: keyOf(copy),
    from,
    sourceKeyArns: original.flatMap((one) => one.keyArn ?? []),
  });
}
