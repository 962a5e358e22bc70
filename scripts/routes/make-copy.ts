import { KeyferryError } from "../../core/errors";
import type { CopyNode, Place } from "../../topology";
import type { ImageView } from "../aws";
import type { RunContext } from "../engine/context";
import { CopyFailedError } from "../engine/errors";
import { throwIfAborted } from "../engine/graph-runner";
import { attemptOf, copyFilters } from "../engine/lineage";
import { reasonOf, type CopyEnd } from "../engine/poller";
import { findCopy } from "../steps/find-copy";
import { removeCopy } from "../steps/remove-copy";
import { startCopy, type CopyOrigin } from "../steps/start-copy";
import { waitForCopy } from "../steps/wait-for-copy";

/** What a copy is made from, as far as making it and explaining its failure need it. */
export interface CopySource extends CopyOrigin {
  readonly place: Place;
  /** ARNs of the keys under which its snapshots are. */
  readonly keyArns: readonly string[];
}

export interface MadeCopy {
  readonly image: ImageView;
  readonly attempt: number;
}

/**
 * Sees to it that a node's copy is available: looks first, removes what has failed, then copies and waits. Safe to
 * repeat from any point.
 * @param resumed an earlier run was cut short, so that a copy may exist that Describe does not show yet
 * @throws CopyFailedError when EC2 gives the copy up
 */
export async function makeCopy(
  context: RunContext,
  node: CopyNode,
  sourceImageId: string,
  source: () => Promise<CopySource>,
  keyArn: string,
  resumed: boolean,
): Promise<MadeCopy> {
  let found = await findCopy(context, node, sourceImageId, context.past);
  if (found.living === undefined && resumed) {
    await context.clock.sleep(context.settings.settleSeconds, context.signal);
    found = await findCopy(context, node, sourceImageId, context.past);
  }
  for (const dead of found.dead) await removeDead(context, node, dead);
  if (found.living !== undefined) return goOnWith(found.living);

  const from = await source();
  for (
    let attempt = found.lastAttempt + 1;
    attempt <= found.lastAttempt + context.settings.maxAttempts;
    attempt += 1
  ) {
    throwIfAborted(context.signal);
    const startedAt = context.clock.now();
    const imageId = await startCopy(context, node, from, keyArn, attempt);
    const end = await waitForCopy(context, node, imageId);
    if (end.state === "available") return { image: end.image, attempt };
    if (end.state === "missing") {
      context.emit({ code: "CopyDead", node: node.id, imageId, state: "missing" });
      continue;
    }
    // The token of an earlier attempt gives back that attempt's image, however dead it is.
    const isOld = Date.parse(end.image.creationDate) < startedAt.getTime() - 1000;
    if (!isOld) throw await failure(end, from);
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

  async function goOnWith(image: ImageView): Promise<MadeCopy> {
    const attempt = attemptOf(image.tags);
    context.emit({ code: "CopyFound", node: node.id, imageId: image.imageId, state: image.state, attempt });
    if (image.state === "available") return { image, attempt };
    const end = await waitForCopy(context, node, image.imageId);
    if (end.state === "available") return { image: end.image, attempt };
    if (end.state === "dead") throw await failure(end, await source());
    throw new KeyferryError(`the copy ${image.imageId} has gone while it was waited for`, {
      code: "CopyGone",
      source: "aws",
      account: node.place.account.id,
      fix: "run again: the copy is made anew",
    });
  }

  async function failure(
    end: Extract<CopyEnd, { state: "dead" }>,
    from: CopySource,
  ): Promise<CopyFailedError> {
    const { image } = end;
    // A failed image may have lost its mappings, and only a snapshot tells what happened to a key.
    const snapshots =
      end.snapshots.length > 0
        ? end.snapshots
        : await context.aws
            .images(node.place)
            .describeSnapshots(copyFilters(context.topology, node, sourceImageId));
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

async function removeDead(context: RunContext, node: CopyNode, image: ImageView): Promise<void> {
  const reason = image.stateReason === undefined ? {} : { reason: image.stateReason };
  context.emit({ code: "CopyDead", node: node.id, imageId: image.imageId, state: image.state, ...reason });
  await removeCopy(context, node, image, "failed");
}
