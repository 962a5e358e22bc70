import { isAwsError, type ImageView } from "../../../scripts/aws";
import type { Kind } from "../../kind";
import { checkSource } from "./checks";
import { carriedEarlier, sharedWith } from "./carried-earlier";
import { checkAllowedImages } from "./checks/allowed-images";
import { checkTargets } from "./checks/targets";
import { imageRoutes } from "./routes";
import { completeCopy } from "./complete-copy";
import { deathReason } from "./death-reason";
import { examineCopy } from "./examine-copy";
import { fateOf } from "./fate";
import { usersOf } from "./image-uses";
import { inspectSource } from "./inspect-source";
import { isNotYetShared } from "./not-yet-shared";
import { heldIn, recordedShares } from "./held";
import { isOursShared, proofOf, whyNotOurs } from "./lineage-proof";
import { claimedCopies } from "./own-copies";
import { keptBy } from "./kept-by";
import { removeCopy, removeRemains, retireCopy } from "./remove-copy";
import { resolveSourceImage } from "./resolve-source-image";
import { shareableOf, sharing } from "./shared-resources";
import { startCopy } from "./start-copy";
import { storeImage } from "./stored/store-image";
import { storedThings } from "./stored/stored-things";
import { tryCopy } from "./try-copy";
import { imageWatcher } from "./watcher";

/** Encrypted AMIs, by CopyImage and by the other routes. */
export const ami: Kind<ImageView> = {
  name: "ami",
  resolveSource: resolveSourceImage,
  checkSource,
  checkTargets,
  checkReceiver: async (...asked) => [await checkAllowedImages(...asked)],
  tryCopy,
  adds: ({ snapshots }) => ({ images: 1, snapshots: snapshots.length }),
  readSource: inspectSource,
  routes: imageRoutes,
  fateOf,
  watcher: imageWatcher,
  byIds: ({ aws }, place, ids) => aws.images(place).describeImages({ "image-id": ids }),
  claimedCopies,
  proofOf,
  isOursShared,
  sharedWith,
  carriedEarlier,
  whyNotOurs,
  heldIn,
  recordedShares,
  start: startCopy,
  throughS3: { store: storeImage, things: storedThings },
  isNotYetShared,
  isTooManyAtOnce: (error) => isAwsError(error, "ResourceLimitExceeded"),
  deathReason,
  examine: examineCopy,
  complete: completeCopy,
  shareableOf,
  snapshotsByIds: (aws, place, ids) => aws.images(place).describeSnapshots({ "snapshot-id": ids }),
  sharing,
  remove: removeCopy,
  removeRemains,
  retire: retireCopy,
  usersOf,
  keptBy,
};
