import { isAwsError } from "../../../../scripts/aws";
import { throwIfAborted } from "../../../../scripts/engine/graph-runner";
import { readIntent } from "../../../../scripts/engine/intent";
import { orTakenBack } from "../../../../scripts/engine/late";
import { copyFilters, copyTags } from "../../../../scripts/engine/lineage";
import { ruleStateOf } from "../../../../scripts/engine/rule-state";
import { copyDescription } from "../../../shared/snapshot-description";
import { REGISTERED_TAGS } from "../../declare/lineage";
import { copiedSnapshots } from "./copied-snapshots";
import type { SnapshotCopies } from "./copy-snapshots";
import type { OriginVolume } from "./read-image";

/** How many requests are repeated if their response was lost and no copy is found later. */
const LOST_ANSWERS = 5;

/**
 * Calls CopySnapshot, which has no ClientToken: each call creates a copy, so no call is repeated blindly. If a response is lost, the
 * copy is searched by its tags, after the time that Describe needs to show it. A copy that was requested after the lease was lost is
 * removed. If AWS refuses because too many copies are in progress, the call is repeated until some have ended.
 * @returns id of the copy
 */
export async function beginSnapshotCopy(copies: SnapshotCopies, volume: OriginVolume): Promise<string> {
  const { context, node } = copies;
  const { clock, settings, signal } = context;
  const since = clock.now().getTime();
  for (let lost = 0; ;) {
    throwIfAborted(signal);
    try {
      return await beginOnce(copies, volume);
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const triedSeconds = (clock.now().getTime() - since) / 1000;
      if (isTooManyAtOnce(error) && triedSeconds < settings.quotaPatienceSeconds) {
        context.emit({ code: "CopyRefused", node: node.id, reason: error.answer.message });
        await clock.sleep(settings.quotaPauseSeconds, signal);
        continue;
      }
      if (!error.answer.transient || lost === LOST_ANSWERS) throw error;
      lost += 1;
    }
    await clock.sleep(settings.settleSeconds, signal);
    const begun = (await copiedSnapshots(copies)).find(
      ({ device, state }) => device === volume.deviceName && state !== "error",
    );
    if (begun !== undefined) return begun.snapshotId;
  }
}

function isTooManyAtOnce(error: unknown): boolean {
  return isAwsError(error, "ResourceLimitExceeded");
}

function beginOnce(copies: SnapshotCopies, { deviceName, snapshotId }: OriginVolume): Promise<string> {
  const { context, node, origin, keyOf, attempt } = copies;
  const { aws, topology } = context;
  const lineage = { sourceId: origin.sourceId, parentId: origin.id };
  const description = copyDescription({ id: snapshotId, region: origin.region }, aws.now());
  const tags = {
    ...copyTags(topology, node, lineage, attempt),
    [REGISTERED_TAGS.device]: deviceName,
    [REGISTERED_TAGS.parent]: snapshotId,
  };
  return orTakenBack(
    () =>
      aws.images(node.place).copySnapshot({
        description,
        sourceSnapshotId: snapshotId,
        sourceRegion: origin.region,
        keyArn: keyOf({ tags }),
        tags,
      }),
    () => takeBack(copies, deviceName, description),
  );
}

/**
 * Removes a copy that was started too late, after another run had taken over. The copy is kept if that run may continue with it: while
 * that run copies the same source, and has no other copy for the device. AWS refuses to delete a snapshot that an image uses.
 * @param description of the late request; no other request has it. It may have been written so long before the copy was started that it
 *   no longer proves the copy
 */
async function takeBack(copies: SnapshotCopies, deviceName: string, description: string): Promise<void> {
  const { context, node, origin } = copies;
  const { clock, settings, holding, topology } = context;
  const aws = holding.unfenced;
  await clock.sleep(settings.settleSeconds);
  const port = aws.images(node.place);
  const [ofNode, ours, intent] = await Promise.all([
    port.describeSnapshots(copyFilters(topology, node, origin.sourceId)),
    copiedSnapshots({ ...copies, context: { aws, topology } }),
    readIntent(ruleStateOf(topology, aws, node.rule)),
  ]);
  const mine = ofNode.filter((copy) => copy.description === description).map(({ snapshotId }) => snapshotId);
  const isReplaced = ours.some(
    ({ snapshotId, device, state }) =>
      device === deviceName && state !== "error" && !mine.includes(snapshotId),
  );
  if (intent?.sourceImageId === origin.sourceId && !isReplaced) return;
  for (const snapshotId of mine) await port.deleteSnapshot(snapshotId);
}
