import { KeyferryError } from "../../../../core/errors";
import { isAwsError, type SnapshotView } from "../../../aws";
import { REKEY_TAGS, userTags } from "../../../engine/lineage";
import { orTakenBack } from "../../../engine/late";
import { completeSnapshot } from "./complete-image";
import { replacementDescription, replacesSnapshot, snapshotReplacement } from "./replacements";
import { patiently, type PlaceWork } from "./work";

/** How often a copy is started whose response was lost and that is not found later. */
const LOST_ANSWERS = 5;

/**
 * Copies a snapshot that belongs to no image under the current key, or continues with the copy that was started. CopySnapshot has no
 * ClientToken, so a call whose response was lost is repeated only if no copy is found afterwards.
 * @throws KeyferryError if the copy does not complete
 */
export async function replaceSnapshot(work: PlaceWork, snapshot: SnapshotView): Promise<void> {
  const begun = await begunCopy(work, snapshot);
  const id = begun?.snapshotId ?? (await begin(work, snapshot));
  const copy = await waitFor(work, id);
  if (copy?.state !== "completed") {
    const reason = copy === undefined ? "it was not found" : (copy.stateMessage ?? copy.state);
    throw new KeyferryError(`the copy ${id} of ${snapshot.snapshotId} failed: ${reason}`, {
      code: "CopyFailed",
      source: "aws",
      fix: `let the deploy role of account ${work.place.account.id} use both keys through EC2 (docs/permissions.md), and run the same command again`,
      account: work.place.account.id,
    });
  }
  await completeSnapshot(work, snapshot, copy);
}

async function begunCopy(work: PlaceWork, snapshot: SnapshotView): Promise<SnapshotView | undefined> {
  const copies = await work.images.describeSnapshots({ [`tag:${REKEY_TAGS.from}`]: [snapshot.snapshotId] });
  return snapshotReplacement(copies, snapshot);
}

async function begin(work: PlaceWork, snapshot: SnapshotView): Promise<string> {
  const { campaign, place, images, foundation, clock, settings, signal, done } = work;
  const { snapshotId } = snapshot;
  for (let lost = 0; ; lost += 1) {
    try {
      const copy = () =>
        images.copySnapshot({
          description: replacementDescription(snapshot),
          sourceSnapshotId: snapshotId,
          sourceRegion: place.region,
          keyArn: campaign.present.arn,
          tags: {
            ...userTags(snapshot.tags),
            [REKEY_TAGS.by]: foundation.locked.topology.name,
            [REKEY_TAGS.from]: snapshotId,
          },
        });
      const id = await orTakenBack(
        () => patiently(work, copy),
        () => removeSecondCopies(work, snapshot),
      );
      done.push(`${place.account.id} ${place.region}: snapshot ${snapshotId} is copied as ${id}`);
      return id;
    } catch (error) {
      if (!isAwsError(error) || !error.answer.transient || lost === LOST_ANSWERS) throw error;
    }
    await clock.sleep(settings.settleSeconds, signal);
    const found = await begunCopy(work, snapshot);
    if (found !== undefined) return found.snapshotId;
  }
}

/**
 * A call that was sent after the lease was lost can create a second copy, in addition to that of the process that took over. Both
 * processes continue with the earliest copy, so the later ones are unused.
 */
async function removeSecondCopies(work: PlaceWork, snapshot: SnapshotView): Promise<void> {
  const { images, clock, settings } = work;
  await clock.sleep(settings.settleSeconds, new AbortController().signal);
  const copies = await images.describeSnapshots({ [`tag:${REKEY_TAGS.from}`]: [snapshot.snapshotId] });
  const kept = snapshotReplacement(copies, snapshot);
  const seconds = copies.filter((copy) => copy !== kept && replacesSnapshot(copy, snapshot.snapshotId));
  for (const { snapshotId } of seconds) await images.deleteSnapshot(snapshotId);
}

async function waitFor(work: PlaceWork, id: string): Promise<SnapshotView | undefined> {
  const { images, clock, settings, signal } = work;
  const since = clock.now().getTime();
  let pause = settings.pollMinSeconds;
  for (;;) {
    const [snapshot] = await images.describeSnapshots({ "snapshot-id": [id] });
    if (snapshot !== undefined && snapshot.state !== "pending") return snapshot;
    const seconds = (clock.now().getTime() - since) / 1000;
    if (snapshot === undefined && seconds >= settings.missingAfterSeconds) return undefined;
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, settings.pollMaxSeconds);
  }
}
