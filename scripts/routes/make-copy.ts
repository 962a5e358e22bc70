import { AWS_TEXTS } from "../../core/aws-texts";
import { KeyferryError } from "../../core/errors";
import type { CopyNode, Place } from "../../topology";
import { isAwsError, type ImageView, type SnapshotView } from "../aws";
import type { RunContext } from "../engine/context";
import { CopyFailedError } from "../engine/errors";
import { throwIfAborted } from "../engine/graph-runner";
import { attemptOf, copyFilters } from "../engine/lineage";
import { placeId } from "../engine/place-id";
import { isDisabled, reasonOf, type CopyEnd } from "../engine/poller";
import type { Slot, Slots } from "../engine/slots";
import type { FoundCopies } from "../steps/find-copy";
import { removeCopy } from "../steps/remove-copy";
import { startCopy, type CopyOrigin } from "../steps/start-copy";
import { waitForCopy } from "../steps/wait-for-copy";

/** What a copy is made from, as far as making it and explaining its failure need it. */
export interface CopySource extends CopyOrigin {
  readonly place: Place;
  /** ARNs of the keys under which its snapshots are. */
  readonly keyArns: readonly string[];
}

/** By how much the clocks of AWS and of this machine may differ. */
const CLOCK_ERROR_MS = 15 * 60_000;

type EndedCopy = Exclude<CopyEnd, { state: "missing" }>;

export interface MadeCopy {
  readonly image: ImageView;
  /** As they were when the copy was seen to be available. @default - it stood already, and nobody has looked */
  readonly snapshots?: readonly SnapshotView[];
  readonly attempt: number;
}

/**
 * Sees to it that a node's copy is available: goes on with what was found, removes what has failed, else copies and
 * waits. Safe to repeat from any point.
 * @throws CopyFailedError when EC2 gives the copy up
 */
export async function makeCopy(
  context: RunContext,
  slots: Slots,
  node: CopyNode,
  found: FoundCopies,
  source: () => CopySource,
  keyArn: string,
): Promise<MadeCopy> {
  for (const dead of found.dead) await removeDead(context, node, dead);
  if (found.living !== undefined) return goOnWith(found.living);

  const slot = await slots.enter(node.place, node.rule.name, () =>
    context.emit({ code: "CopyWaitsForSlot", node: node.id, place: placeId(node.place) }),
  );
  try {
    return await copyAnew(slot);
  } finally {
    slot.leave();
  }

  async function copyAnew(slot: Slot): Promise<MadeCopy> {
    const from = source();
    const last = found.lastAttempt + context.settings.maxAttempts;
    for (let attempt = found.lastAttempt + 1; attempt <= last; attempt += 1) {
      const startedAt = context.clock.now();
      const imageId = await startPatiently(slot, from, attempt);
      const end = await waitForCopy(context, node, imageId);
      if (end.state === "available") return { ...shown(end), attempt };
      if (end.state === "missing") {
        context.emit({ code: "CopyDead", node: node.id, imageId, state: "missing" });
        continue;
      }
      if (end.state === "disabled") throw disabled(node, end.image);
      if (!isOlder(end.image, startedAt)) throw await failure(end, from);
      await removeDead(context, node, end.image);
    }
    throw new KeyferryError(
      `every copy of ${from.imageId} that was started for ${node.id} is gone: ${context.settings.maxAttempts} attempts`,
      {
        code: "CopiesGone",
        source: "aws",
        account: node.place.account.id,
        fix: `see who deregisters images in account ${node.place.account.id} ${node.place.region}`,
      },
    );
  }

  /**
   * Others may copy in the account, too, and its quota may be lower than we think; a share that has just been made may not
   * be known everywhere. All of that ends, so it is tried again.
   */
  async function startPatiently(slot: Slot, from: CopySource, attempt: number): Promise<string> {
    const { clock, settings, signal } = context;
    const since = clock.now().getTime();
    for (;;) {
      throwIfAborted(signal);
      try {
        return await startCopy(context, node, from, keyArn, attempt);
      } catch (error) {
        const triedSeconds = (clock.now().getTime() - since) / 1000;
        if (isAwsError(error, "ResourceLimitExceeded") && triedSeconds < settings.quotaPatienceSeconds) {
          context.emit({ code: "CopyRefused", node: node.id, reason: error.answer.message });
          await slot.refused();
        } else if (isNotYetShared(error, from) && triedSeconds < settings.settleSeconds) {
          await clock.sleep(settings.pollMinSeconds, signal);
        } else throw error;
      }
    }
  }

  function isNotYetShared(error: unknown, { place }: CopySource): boolean {
    return place.account.id !== node.place.account.id && isNotShared(error);
  }

  async function goOnWith(image: ImageView): Promise<MadeCopy> {
    const attempt = attemptOf(image.tags);
    context.emit({ code: "CopyFound", node: node.id, imageId: image.imageId, state: image.state, attempt });
    if (image.state === "available") return { image, attempt };
    if (isDisabled(image)) throw disabled(node, image);
    const slot = slots.join(node.place);
    try {
      const end = await waitForCopy(context, node, image.imageId);
      if (end.state === "available") return { ...shown(end), attempt };
      if (end.state === "disabled") throw disabled(node, end.image);
      if (end.state === "dead") throw await failure(end, source());
    } finally {
      slot.leave();
    }
    throw new KeyferryError(`the copy ${image.imageId} has gone while it was waited for`, {
      code: "CopyGone",
      source: "aws",
      account: node.place.account.id,
      fix: "run again: the copy is made anew",
    });
  }

  async function failure(end: EndedCopy, from: CopySource): Promise<CopyFailedError> {
    const { image } = end;
    // A failed image may have lost its mappings, and only a snapshot tells what happened to a key.
    const snapshots =
      end.snapshots.length > 0
        ? end.snapshots
        : await context.aws
            .images(node.place)
            .describeSnapshots(copyFilters(context.topology, node, from.sourceImageId));
    const reason = reasonOf(image, snapshots) ?? `EC2 gives no reason; the image is ${image.state}`;
    context.emit({ code: "CopyDead", node: node.id, imageId: image.imageId, state: image.state, reason });
    return new CopyFailedError({
      node,
      imageId: image.imageId,
      reason,
      keyArn,
      from: from.place,
      sourceKeyArns: from.keyArns,
    });
  }
}

/**
 * Whether a dead copy is of an earlier attempt: a token gives back that attempt's image, however dead it is. This machine's
 * clock may be wrong; a copy that has just failed and passed for an old one would be made again and again, in vain.
 */
function isOlder(image: ImageView, startedAt: Date): boolean {
  if (image.state === "deregistered") return true;
  return Date.parse(image.creationDate) < startedAt.getTime() - CLOCK_ERROR_MS;
}

function shown({ image, snapshots }: EndedCopy): Omit<MadeCopy, "attempt"> {
  return { image, snapshots };
}

/** How CopyImage refuses an image that is not shared with the caller, or whose snapshots are not. */
function isNotShared(error: unknown): boolean {
  if (isAwsError(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return true;
  return isAwsError(error, "InvalidRequest") && error.answer.message.includes(AWS_TEXTS.noStorageAccess);
}

/** Whoever disabled it did so for a reason: it is neither used nor replaced behind their back. */
function disabled({ place: { account, region } }: CopyNode, { imageId }: ImageView): KeyferryError {
  return new KeyferryError(`the copy ${imageId} in ${account.id} ${region} is disabled`, {
    code: "CopyDisabled",
    source: "user",
    account: account.id,
    fix: `account ${account.id} must enable ${imageId} again, or deregister it so that it is made anew`,
  });
}

async function removeDead(context: RunContext, node: CopyNode, image: ImageView): Promise<void> {
  const reason = image.stateReason === undefined ? {} : { reason: image.stateReason };
  context.emit({ code: "CopyDead", node: node.id, imageId: image.imageId, state: image.state, ...reason });
  await removeCopy(context, node, image, "failed");
}
