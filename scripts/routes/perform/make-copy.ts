import { AWS_TEXTS } from "../../../core/aws-texts";
import { KeyferryError } from "../../../core/errors";
import type { CopyNode, Place } from "../../../topology";
import { isAwsError, type ImageView, type SnapshotView } from "../../aws";
import type { RunContext } from "../../engine/context";
import { CopyFailedError } from "../../engine/errors";
import { throwIfAborted } from "../../engine/graph-runner";
import { attemptOf, copyFilters } from "../../engine/lineage";
import { placeId } from "../../engine/place-id";
import { isDead, isDisabled, reasonOf, type CopyEnd } from "../../engine/poller";
import type { Slot, Slots } from "../../engine/slots";
import type { FoundCopies } from "../../steps/find-copy";
import { removeCopy } from "../../steps/remove-copy";
import { startCopy, type Attempt, type CopyOrigin } from "../../steps/start-copy";
import { waitForCopy } from "../../steps/wait-for-copy";

/** What a copy is made from, as far as making it and explaining its failure need it. */
export interface CopySource extends CopyOrigin {
  readonly place: Place;
  /** ARNs of the keys under which its snapshots are. */
  readonly keyArns: readonly string[];
}

type EndedCopy = Exclude<CopyEnd, { state: "missing" }>;

export interface MadeCopy {
  readonly image: ImageView;
  /** As they were when the copy was seen to be available. @default - it existed already, and was not checked */
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

  /**
   * The first call is the one that the journey's own run would make, so that whoever resumes it goes on with the same copy.
   * Where EC2 gives back what is dead for long, the next one is this run's own, whose token nobody has ever sent.
   */
  async function copyAnew(slot: Slot): Promise<MadeCopy> {
    const from = source();
    const number = found.lastAttempt + 1;
    const copied =
      (await tryCopy(slot, from, { number, of: from.intent })) ??
      (await tryCopy(slot, from, { number: number + 1, of: context.run }));
    if (copied !== undefined) return copied;
    throw new KeyferryError(`the copies of ${from.imageId} that were started for ${node.id} are gone`, {
      code: "CopiesGone",
      source: "aws",
      account: node.place.account.id,
      fix: `see who deregisters images in account ${node.place.account.id} ${node.place.region}`,
    });
  }

  /** @returns undefined when the copy is gone, or has been dead since an earlier call */
  async function tryCopy(slot: Slot, from: CopySource, attempt: Attempt): Promise<MadeCopy | undefined> {
    const imageId = await startPatiently(slot, from, attempt);
    const dead = attempt.of === context.run ? undefined : await deadAlready(imageId);
    if (dead !== undefined) {
      await removeDead(context, node, dead);
      return undefined;
    }
    const end = await waitForCopy(context, node, imageId);
    if (end.state === "available") return { ...shown(end), attempt: attempt.number };
    if (end.state === "disabled") throw disabled(node, end.image);
    if (end.state === "dead" && end.image.state !== "deregistered") throw await failure(end, from);
    context.emit({ code: "CopyDead", node: node.id, imageId, state: "missing" });
    return undefined;
  }

  /** The image that a token has given back, where it is dead at once: a copy that has just begun is pending. */
  async function deadAlready(imageId: string): Promise<ImageView | undefined> {
    return (await context.aws.images(node.place).describeImages({ "image-id": [imageId] })).find(isDead);
  }

  /**
   * Others may copy in the account, too, and its quota may be lower than we think; a share that has just been made may not
   * be known everywhere. All of that ends, so it is tried again.
   */
  async function startPatiently(slot: Slot, from: CopySource, attempt: Attempt): Promise<string> {
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
    context.emit({ code: "CopyFound", node: node.id, imageId: image.id, state: image.state, attempt });
    if (image.state === "available") return { image, attempt };
    if (isDisabled(image)) throw disabled(node, image);
    const slot = slots.join(node.place);
    try {
      const end = await waitForCopy(context, node, image.id);
      if (end.state === "available") return { ...shown(end), attempt };
      if (end.state === "disabled") throw disabled(node, end.image);
      if (end.state === "dead") throw await failure(end, source());
    } finally {
      slot.leave();
    }
    throw new KeyferryError(`the copy ${image.id} was removed while the run waited for it`, {
      code: "CopyGone",
      source: "aws",
      account: node.place.account.id,
      fix: "run again: the copy is made again",
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
    context.emit({ code: "CopyDead", node: node.id, imageId: image.id, state: image.state, reason });
    return new CopyFailedError({
      node,
      imageId: image.id,
      reason,
      keyArn,
      from: from.place,
      sourceKeyArns: from.keyArns,
    });
  }
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
function disabled({ place: { account, region } }: CopyNode, { id: imageId }: ImageView): KeyferryError {
  return new KeyferryError(`the copy ${imageId} in ${account.id} ${region} is disabled`, {
    code: "CopyDisabled",
    source: "user",
    account: account.id,
    fix: `account ${account.id} must enable ${imageId} again, or deregister it so that it is made again`,
  });
}

async function removeDead(context: RunContext, node: CopyNode, image: ImageView): Promise<void> {
  const reason = image.stateReason === undefined ? {} : { reason: image.stateReason };
  context.emit({ code: "CopyDead", node: node.id, imageId: image.id, state: image.state, ...reason });
  await removeCopy(context, node, image, "failed");
}
