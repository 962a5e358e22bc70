import { isAwsError } from "../../../scripts/aws";
import { LINEAGE_TAGS } from "../../../topology";
import type { Kind } from "../../kind";
import { checkSource } from "./check-source";
import { completeCopy, examineCopy } from "./examine-copy";
import { isOursShared, proofOf, whyNotOurs } from "./lineage-proof";
import { carriedEarlier, claimedCopies, heldIn, recordedShares } from "./own-copies";
import { readSource } from "./read-source";
import { keptBy, removeCopy, retireCopy, usersOf } from "./remove-copy";
import { resolveSource } from "./resolve-source";
import { shareableOf, sharing } from "./sharing";
import { fateOf, toCopy, type SnapshotCopy } from "./snapshot-copy";
import { startCopy } from "./start-copy";
import { snapshotWatcher } from "./watcher";

/** EBS snapshots that belong to no image, by CopySnapshot. */
export const ebsSnapshot: Kind<SnapshotCopy> = {
  name: "ebs-snapshot",
  resolveSource,
  checkSource,
  checkTargets: async () => [],
  checkReceiver: async () => [],
  tryCopy: ({ aws, topology }, node, source, keyArn) =>
    aws.settings(node.place).trySnapshotCopy({
      sourceSnapshotId: source.id,
      sourceRegion: node.rule.from.region,
      keyArn,
      tags: { ...node.tags, [LINEAGE_TAGS.topology]: topology.name },
    }),
  adds: () => ({ images: 0, snapshots: 1 }),
  readSource,
  fateOf,
  watcher: snapshotWatcher,
  byIds: async ({ aws }, place, ids) =>
    (await aws.images(place).describeSnapshots({ "snapshot-id": ids })).map(toCopy),
  claimedCopies,
  proofOf: ({ snapshot }) => proofOf(snapshot),
  isOursShared,
  sharedWith: ({ aws, place }, account) => aws.images(place).sharedWith("snapshot", account),
  carriedEarlier,
  whyNotOurs: ({ snapshot }) => whyNotOurs(snapshot),
  heldIn,
  recordedShares,
  start: startCopy,
  isNotYetShared: (error) => isAwsError(error, "InvalidSnapshot.NotFound"),
  isTooManyAtOnce: (error) => isAwsError(error, "ResourceLimitExceeded"),
  deathReason: async (_context, _node, { copy }) => copy.stateReason,
  examine: examineCopy,
  complete: completeCopy,
  shareableOf,
  snapshotsByIds: (aws, place, ids) => aws.images(place).describeSnapshots({ "snapshot-id": ids }),
  sharing,
  remove: removeCopy,
  removeRemains: async () => undefined,
  retire: retireCopy,
  usersOf,
  keptBy,
};
