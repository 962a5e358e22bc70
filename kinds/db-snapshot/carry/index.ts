import type { Kind } from "../../kind";
import { checkSource } from "./check-source";
import { asSnapshot, fateOf, toCopy, type DatabaseCopy } from "./database-copy";
import { completeCopy, examineCopy } from "./examine-copy";
import { isOursShared, proofOf, whyNotOurs } from "./lineage-proof";
import { isSnapshotNotFound, isTooManyAtOnce, snapshotsByArns } from "./look";
import { carriedEarlier, claimedCopies, heldIn, recordedShares, sharedWith } from "./own-copies";
import { readSource } from "./read-source";
import { databaseRoutes } from "./routes";
import { keptBy, removeCopy, usersOf } from "./remove-copy";
import { resolveSource } from "./resolve-source";
import { shareableOf, sharing } from "./sharing";
import { startCopy } from "./start-copy";
import { databaseWatcher } from "./watcher";

/** Snapshots of databases, by CopyDBSnapshot and CopyDBClusterSnapshot. */
export const dbSnapshot: Kind<DatabaseCopy> = {
  name: "db-snapshot",
  resolveSource,
  checkSource,
  checkTargets: async () => [],
  checkReceiver: async () => [],
  // RDS has no dry run.
  tryCopy: async () => undefined,
  adds: () => ({ images: 0, snapshots: 0 }),
  readSource,
  routes: databaseRoutes,
  fateOf,
  watcher: databaseWatcher,
  byIds: async ({ aws }, place, ids) => (await snapshotsByArns(aws, place, ids)).map(toCopy),
  claimedCopies,
  proofOf: ({ snapshot }) => proofOf(snapshot),
  isOursShared,
  sharedWith,
  carriedEarlier,
  whyNotOurs: ({ snapshot }) => whyNotOurs(snapshot),
  heldIn,
  recordedShares,
  start: startCopy,
  isNotYetShared: isSnapshotNotFound,
  isTooManyAtOnce,
  // RDS shows no reason on the snapshot.
  deathReason: async () => undefined,
  examine: examineCopy,
  complete: completeCopy,
  shareableOf,
  snapshotsByIds: async (aws, place, ids) => (await snapshotsByArns(aws, place, ids)).map(asSnapshot),
  sharing,
  remove: removeCopy,
  removeRemains: async () => undefined,
  retire: async (...asked) => {
    await removeCopy(...asked);
    return [];
  },
  usersOf,
  keptBy,
};
