import { KeyferryError } from "../../../core/errors";
import { declaredKind, type CopyNode, type Place } from "../../../topology";
import type { Attempt, CopyOrigin, Kind } from "../../../kinds/kind";
import { isAwsError, type SnapshotView } from "../../aws";
import type { RunContext } from "../../engine/context";
import { CopyFailedError } from "../../engine/errors";
import { throwIfAborted } from "../../engine/graph-runner";
import { attemptOf } from "../../engine/lineage";
import { nextName } from "../../engine/next-name";
import { placeId } from "../../engine/place-id";
import type { CopyView, ShownCopy } from "../../engine/copy";
import type { Slot, Slots } from "../../engine/slots";
import type { FoundCopies } from "../../steps/find-copy";
import { presentKey } from "../../steps/former-copies";
import { removeCopy } from "../../steps/remove-copy";
import { waitForCopy } from "../../steps/wait-for-copy";

/** The source of a copy, with what is needed to make it and to explain its failure. */
export interface CopySource extends CopyOrigin {
  readonly place: Place;
  /** ARNs of the keys of its snapshots. */
  readonly keyArns: readonly string[];
}

export interface MadeCopy {
  readonly copy: CopyView;
  /** Their state when the copy was found available. @default - the copy existed already and was not checked */
  readonly snapshots?: readonly SnapshotView[];
  readonly attempt: number;
}

/**
 * Makes a node's copy available: continues with the copy that was found, removes a failed one, otherwise copies and
 * waits. Safe to repeat from any point.
 * @throws CopyFailedError when the copy fails in AWS
 */
export async function makeCopy(
  context: RunContext,
  kind: Kind,
  slots: Slots,
  node: CopyNode,
  found: FoundCopies,
  source: () => CopySource,
  keyArn: string,
): Promise<MadeCopy> {
  for (const dead of found.dead) await removeDead(context, kind, node, dead);
  if (found.living !== undefined) return continueWith(found.living);

  const slot = await slots.enter(node.place, node.rule.name, () =>
    context.emit({ code: "CopyWaitsForSlot", node: node.id, place: placeId(node.place) }),
  );
  try {
    return await copyAgain(slot);
  } finally {
    slot.leave();
  }

  /**
   * The first call is the same as in the run that started the copy, so that a resuming run continues with the same copy.
   * If EC2 returns a copy that failed long ago, the next call uses this run's own token, which was never sent before.
   */
  async function copyAgain(slot: Slot): Promise<MadeCopy> {
    const from = source();
    const number = found.lastAttempt + 1;
    const copied =
      (await tryCopy(slot, from, { number, of: from.intent })) ??
      (await tryCopy(slot, from, { number: number + 1, of: context.run }));
    if (copied !== undefined) return copied;
    throw new KeyferryError(`the copies of ${from.id} that were started for ${node.id} no longer exist`, {
      code: "CopiesGone",
      source: "aws",
      account: node.place.account.id,
      fix: `find out who removes ${declaredKind(node.rule).noun.many} in account ${node.place.account.id} ${node.place.region}`,
    });
  }

  /** @returns undefined if the copy was deleted, or failed after an earlier call */
  async function tryCopy(slot: Slot, from: CopySource, attempt: Attempt): Promise<MadeCopy | undefined> {
    const imageId = await startWithRetries(slot, from, attempt);
    const dead = attempt.of === context.run ? undefined : await deadAlready(imageId);
    if (dead !== undefined) {
      await removeDead(context, kind, node, dead);
      return undefined;
    }
    const end = await waitForCopy(context, kind, node, imageId);
    if (end.state === "available") return { ...shown(end), attempt: attempt.number };
    if (end.state === "disabled") throw disabled(node, end.copy);
    if (end.state === "dead") throw await failure(end, from);
    context.emit({ code: "CopyDead", node: node.id, imageId, state: "missing" });
    return undefined;
  }

  /** The copy that a token returned, if it has failed already: a copy that was just started is pending. */
  async function deadAlready(id: string): Promise<CopyView | undefined> {
    const isDead = (copy: CopyView) => ["dead", "gone"].includes(kind.fateOf(copy) ?? "");
    return (await kind.byIds(context, node.place, [id])).find(isDead);
  }

  /**
   * Others may also copy in the account, and its quota may be lower than assumed; a new share may not be visible
   * everywhere yet. These conditions are temporary, so the call is retried.
   */
  async function startWithRetries(slot: Slot, from: CopySource, attempt: Attempt): Promise<string> {
    const { clock, settings, signal } = context;
    const since = clock.now().getTime();
    for (;;) {
      throwIfAborted(signal);
      try {
        return await kind.start(context, withUniqueName(context, node, found, keyArn), from, keyArn, attempt);
      } catch (error) {
        const triedSeconds = (clock.now().getTime() - since) / 1000;
        if (
          isAwsError(error) &&
          kind.isTooManyAtOnce(error) &&
          triedSeconds < settings.quotaPatienceSeconds
        ) {
          context.emit({ code: "CopyRefused", node: node.id, reason: error.answer.message });
          await slot.refused();
        } else if (isNotYetShared(error, from) && triedSeconds < settings.settleSeconds) {
          await clock.sleep(settings.pollMinSeconds, signal);
        } else throw error;
      }
    }
  }

  function isNotYetShared(error: unknown, { place }: CopySource): boolean {
    return place.account.id !== node.place.account.id && kind.isNotYetShared(error);
  }

  async function continueWith(copy: CopyView): Promise<MadeCopy> {
    const attempt = attemptOf(copy.tags);
    context.emit({
      code: "CopyFound",
      node: node.id,
      imageId: copy.id,
      state: kind.fateOf(copy) ?? copy.state,
      attempt,
    });
    if (kind.fateOf(copy) === "available") return { copy, attempt };
    if (kind.fateOf(copy) === "disabled") throw disabled(node, copy);
    const slot = slots.join(node.place);
    try {
      const end = await waitForCopy(context, kind, node, copy.id);
      if (end.state === "available") return { ...shown(end), attempt };
      if (end.state === "disabled") throw disabled(node, end.copy);
      if (end.state === "dead") throw await failure(end, source());
    } finally {
      slot.leave();
    }
    throw new KeyferryError(`the copy ${copy.id} was removed while the run waited for it`, {
      code: "CopyGone",
      source: "aws",
      account: node.place.account.id,
      fix: "run again: Keyferry copies it again",
    });
  }

  async function failure(dead: ShownCopy, from: CopySource): Promise<CopyFailedError> {
    const { id, state } = dead.copy;
    const stated = await kind.deathReason(context, node, dead, from.sourceId);
    const reason = stated ?? `AWS gives no reason; the copy is ${state}`;
    context.emit({ code: "CopyDead", node: node.id, imageId: id, state, reason });
    return new CopyFailedError({
      node,
      imageId: id,
      reason,
      keyArn,
      from: from.place,
      sourceKeyArns: from.keyArns,
    });
  }
}

/** A copy cannot have the same name as one under a former key: EC2 requires unique names. */
function withUniqueName(
  { topology }: RunContext,
  node: CopyNode,
  { former }: FoundCopies,
  keyArn: string,
): CopyNode {
  const present = presentKey(topology, node, keyArn);
  if (former.length === 0 || present === undefined) return node;
  return { ...node, copyName: nextName(node.copyName, present) };
}

function shown({ copy, snapshots }: ShownCopy): Omit<MadeCopy, "attempt"> {
  return { copy, snapshots };
}

/** A user disabled the image deliberately: it is neither used nor replaced without their knowledge. */
function disabled({ place: { account, region } }: CopyNode, { id }: CopyView): KeyferryError {
  return new KeyferryError(`the copy ${id} in ${account.id} ${region} is disabled`, {
    code: "CopyDisabled",
    source: "user",
    account: account.id,
    fix: `account ${account.id} must enable ${id} again, or deregister it so that it is copied again`,
  });
}

async function removeDead(context: RunContext, kind: Kind, node: CopyNode, dead: CopyView): Promise<void> {
  const reason = dead.stateReason === undefined ? {} : { reason: dead.stateReason };
  context.emit({ code: "CopyDead", node: node.id, imageId: dead.id, state: dead.state, ...reason });
  await removeCopy(context, kind, node, dead, "failed");
}
