import { keysNotShared, leavesAccount, type Obstacle } from "../../../shared/declare/routes";
import { MARKETPLACE_ELSEWHERE } from "../marketplace";
import { tooLargeToStore } from "../stored-size";
import type { ImageRouteFacts } from "./facts";
import type { ImageRoute } from "./names";
import { PARAVIRTUAL_REGIONS } from "./paravirtual-regions";

const ALL: readonly ImageRoute[] = ["copy-image", "store-restore", "register-image", "share"];

/** The obstacles that close routes of images, in the order of reporting. */
export const IMAGE_OBSTACLES: readonly Obstacle<ImageRoute, ImageRouteFacts>[] = [
  {
    closes: ALL,
    because: ({ from, to }) =>
      from.partition === to.partition
        ? undefined
        : `${to.region} is in the partition ${to.partition}, where KMS keys and IAM roles of the partition ${from.partition} cannot be used`,
    fix: () =>
      "store the image with CreateStoreImageTask, copy the object with credentials of both partitions, and restore it there with CreateRestoreImageTask",
  },
  {
    closes: ALL,
    because: ({ image }) =>
      image.rootDevice === "ebs"
        ? undefined
        : `${image.id} has the root device type ${image.rootDevice}: there is no root snapshot to encrypt under a key`,
    fix: () => "use an EBS-backed image",
  },
  {
    closes: ALL,
    because: ({ image }) => {
      const archived = image.snapshots.filter((snapshot) => snapshot.archived === true);
      if (archived.length === 0) return undefined;
      const ids = archived.map(({ snapshotId }) => snapshotId).join(", ");
      return `${ids} ${archived.length === 1 ? "is" : "are"} archived; archived snapshots can be neither shared nor copied`;
    },
    fix: ({ from }) =>
      `account ${from.accountId} must restore it to the standard tier (RestoreSnapshotTier, up to 72 hours)`,
  },
  {
    closes: ["copy-image"],
    because: (facts) =>
      isMarketplaceElsewhere(facts)
        ? `${withCodes(facts)}: AWS does not copy such an image to another account`
        : undefined,
    fix: () => MARKETPLACE_ELSEWHERE,
  },
  {
    closes: ["store-restore"],
    because: (facts) =>
      isMarketplaceElsewhere(facts)
        ? `AWS does not document that ${facts.image.id}, an AWS Marketplace image, can be restored in another account`
        : undefined,
    fix: () => MARKETPLACE_ELSEWHERE,
  },
  {
    closes: ["register-image"],
    because: ({ image: { id, lostByRegistering } }) =>
      lostByRegistering.length === 0 ? undefined : `${id} ${lostByRegistering.join("; it ")}`,
    fix: (facts) =>
      isMarketplaceElsewhere(facts)
        ? MARKETPLACE_ELSEWHERE
        : 'copy the image (route: "copy-image"), which keeps this',
  },
  {
    closes: ["copy-image", "register-image", "share"],
    because: keysNotShared,
    fix: ({ from, to }) =>
      `if ${from.account} may share keys with ${to.account}, change accounts.${from.account}.shareKeys`,
  },
  {
    // An image that is shared in another Region is a copy, too.
    closes: ["copy-image", "register-image", "share"],
    because: ({ image, from, to }) =>
      image.virtualization === "paravirtual" &&
      to.region !== from.region &&
      !PARAVIRTUAL_REGIONS.includes(to.region)
        ? `${image.id} is paravirtual, and ${to.region} does not support paravirtual images`
        : undefined,
    fix: () => "use an HVM image",
  },
  {
    closes: ["store-restore"],
    because: ({ image }) =>
      image.virtualization === "paravirtual"
        ? `${image.id} is paravirtual: EC2 does not store paravirtual images as S3 objects`
        : undefined,
    fix: () => "use an HVM image",
  },
  {
    closes: ["store-restore"],
    because: ({ image }) => {
      const problem = tooLargeToStore(image.volumes);
      return problem === undefined ? undefined : `${image.id} ${problem}`;
    },
    fix: () => "use a smaller image",
  },
  {
    closes: ["store-restore"],
    because: (facts) =>
      facts.from.region === facts.to.region && !leavesAccount(facts)
        ? "the source is in the same account and Region, and no key of another account is needed"
        : undefined,
    fix: () => 'copy it there (route: "copy-image")',
  },
  {
    closes: ["share"],
    because: (facts) =>
      leavesAccount(facts)
        ? undefined
        : `${facts.from.account} owns the image and can launch it without sharing`,
    fix: () => "copy the image, or launch from it directly",
  },
];

function isMarketplaceElsewhere(facts: ImageRouteFacts): boolean {
  return facts.image.marketplaceCodes.length > 0 && leavesAccount(facts);
}

function withCodes({ image: { id, marketplaceCodes } }: ImageRouteFacts): string {
  const many = marketplaceCodes.length > 1;
  return `${id} has the AWS Marketplace product code${many ? "s" : ""} ${marketplaceCodes.join(", ")}`;
}
