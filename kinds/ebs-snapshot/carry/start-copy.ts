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

/** How many requests are repeated if their response was lost and no copy is found later. */
const LOST_ANSWERS = 5;

/**
 * Calls CopySnapshot, which has no ClientToken: each call creates a copy, so no call is repeated blindly. The engine has already
 * searched for copies of earlier runs. If a response of this run is lost, the copy is searched by its tags, after the time that
 * Describe needs to show it. A copy that was requested after the lease was lost is removed.
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
 * CopySnapshot accepts a snapshot that is not visible to the account, and the copy fails later.
 * @throws AwsCallError `InvalidSnapshot.NotFound` while the source is not visible to the account
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

/** The copy that this attempt of this run started. */
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
