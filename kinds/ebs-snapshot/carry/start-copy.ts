import type { CopyNode } from "../../../topology";
import { isAwsError } from "../../../scripts/aws";
import type { RunContext } from "../../../scripts/engine/context";
import { orTakenBack } from "../../../scripts/engine/late";
import { attemptOf, copyTags } from "../../../scripts/engine/lineage";
import { sharedWithTags, sharerOf } from "../../../scripts/engine/share-record";
import type { Attempt, CopyOrigin } from "../../kind";
import { RUN_TAG } from "../declare/lineage";
import { copyDescription } from "../../shared/snapshot-description";
import { tellingStart } from "../../shared/telling-start";
import { claimedCopies } from "./own-copies";
import { fateOf, type SnapshotCopy } from "./snapshot-copy";
import { takeBackCopy } from "./take-back-copy";

/** How often a copy is begun whose answer was lost, and of which nothing is found later. */
const LOST_ANSWERS = 5;

/**
 * Calls CopySnapshot, which takes no ClientToken: each call makes a copy. So none is repeated blindly. What an earlier run may
 * have begun is looked for by the engine before; where an answer of this run is lost, the copy is looked for by its tags, once
 * Describe shows what was made; and what has left after the lease was lost is removed again.
 * @returns id of the copy
 */
export async function startCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  { number: attempt }: Attempt,
): Promise<string> {
  await throwUnlessSeen(context, node, origin);
  return tellingStart(context, node, origin, attempt, () => copyOnce(context, node, origin, keyArn, attempt));
}

/**
 * CopySnapshot accepts a snapshot that the account does not see, and the copy fails later.
 * @throws AwsCallError `InvalidSnapshot.NotFound` while the source is not known to be shared
 */
async function throwUnlessSeen({ aws }: RunContext, { place }: CopyNode, origin: CopyOrigin): Promise<void> {
  await aws.images({ account: place.account, region: origin.region }).describeSnapshot(origin.id);
}

async function copyOnce(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  attempt: number,
): Promise<string> {
  const { aws, clock, settings, signal, topology, run } = context;
  const ids = { sourceId: origin.sourceId, parentId: origin.id };
  const tags = {
    ...copyTags(topology, node, ids, attempt),
    [RUN_TAG]: run,
    ...sharedWithTags(sharerOf(topology, node.rule), origin.shareWith ?? []),
  };
  for (let lost = 0; ; lost += 1) {
    const description = copyDescription(origin, aws.now());
    try {
      return await orTakenBack(
        () =>
          aws.images(node.place).copySnapshot({
            description,
            sourceSnapshotId: origin.id,
            sourceRegion: origin.region,
            keyArn,
            tags,
          }),
        () => takeBackCopy(context, node, origin.sourceId, description),
      );
    } catch (error) {
      if (!isAwsError(error) || !error.answer.transient || lost === LOST_ANSWERS) throw error;
    }
    await clock.sleep(settings.settleSeconds, signal);
    const begun = await begunCopy(context, node, origin.sourceId, attempt);
    if (begun !== undefined) return begun.id;
  }
}

/** The copy that this attempt of this run has begun. */
async function begunCopy(
  context: RunContext,
  node: CopyNode,
  sourceId: string,
  attempt: number,
): Promise<SnapshotCopy | undefined> {
  const { ours } = await claimedCopies(context, node, sourceId);
  return ours.find(
    (copy) =>
      copy.tags[RUN_TAG] === context.run && attemptOf(copy.tags) === attempt && fateOf(copy) !== "dead",
  );
}
