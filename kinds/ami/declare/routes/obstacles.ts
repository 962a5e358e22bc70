import { keysNotShared, leavesAccount, type Obstacle } from "../../../shared/declare/routes";
import type { ImageRouteFacts } from "./facts";
import type { ImageRoute } from "./names";

/** Those by which AWS makes an image in the destination. */
const COPIES: readonly ImageRoute[] = ["copy-image", "store-restore"];
const ALL: readonly ImageRoute[] = [...COPIES, "register-image", "share"];

/** Regions that support paravirtual images. Source: EC2 user guide, "Copy an AMI" (limitations) and "Virtualization types". */
const PARAVIRTUAL_REGIONS = [
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "sa-east-1",
  "us-east-1",
  "us-west-1",
  "us-west-2",
];

/** Source: EC2 user guide, "Store and restore an AMI using S3", limitations: GB of the volumes, before they are compressed. */
const LARGEST_GB = 5_000;
const GB = 1_000 ** 3;
const GIB = 1_024 ** 3;

/** What closes routes of images, in the order in which it is told. */
export const IMAGE_OBSTACLES: readonly Obstacle<ImageRoute, ImageRouteFacts>[] = [
  {
    closes: ALL,
    because: ({ from, to }) =>
      from.partition === to.partition
        ? undefined
        : `${to.region} is in the partition ${to.partition}, and neither keys nor roles of ${from.partition} are known there`,
    fix: () =>
      "store the image with CreateStoreImageTask, take the object over with credentials of both partitions, and restore it there",
  },
  {
    closes: ALL,
    because: ({ image }) =>
      image.rootDevice === "ebs"
        ? undefined
        : `${image.id} has a root device of type ${image.rootDevice}: it has no snapshot that could end under a key`,
    fix: () => "make an EBS-backed image of it",
  },
  {
    closes: ALL,
    because: ({ image }) => {
      const archived = image.snapshots.filter((snapshot) => snapshot.archived === true);
      if (archived.length === 0) return undefined;
      const ids = archived.map(({ snapshotId }) => snapshotId).join(", ");
      return `${ids} ${archived.length === 1 ? "is" : "are"} archived, and what is archived can be neither shared nor copied`;
    },
    fix: ({ from }) =>
      `account ${from.accountId} must restore it to the standard tier (RestoreSnapshotTier, up to 72 hours)`,
  },
  {
    closes: COPIES,
    because: (facts) =>
      facts.image.marketplaceCodes.length > 0 && leavesAccount(facts)
        ? `${facts.image.id} carries the AWS Marketplace product codes ${facts.image.marketplaceCodes.join(", ")}, which no copy takes into another account`
        : undefined,
    fix: () =>
      'share it (route: "share"), which keeps the codes, or subscribe in the destination and make an image there',
  },
  {
    closes: ["register-image"],
    because: ({ image: { id, lostByRegistering } }) =>
      lostByRegistering.length === 0 ? undefined : `${id} ${lostByRegistering.join("; it ")}`,
    fix: () => 'copy it (route: "copy-image"), which keeps it',
  },
  {
    closes: ["copy-image", "register-image", "share"],
    because: keysNotShared,
    fix: ({ from, to }) =>
      `where ${from.account} may open a key to ${to.account}, say so: accounts.${from.account}.shareKeys`,
  },
  {
    closes: ["copy-image", "register-image"],
    because: ({ image, to }) =>
      image.virtualization === "paravirtual" && !PARAVIRTUAL_REGIONS.includes(to.region)
        ? `${image.id} is paravirtual, and ${to.region} does not support such images`
        : undefined,
    fix: () => "carry an HVM image",
  },
  {
    closes: ["store-restore"],
    because: ({ image }) =>
      image.virtualization === "paravirtual"
        ? `${image.id} is paravirtual: EC2 does not store it as an object`
        : undefined,
    fix: () => "carry an HVM image",
  },
  {
    closes: ["store-restore"],
    because: ({ image }) => {
      const gb = gbOf(image.snapshots);
      return gb > LARGEST_GB
        ? `${image.id} has volumes of ${Math.ceil(gb)} GB, more than the ${LARGEST_GB} GB that an object may hold`
        : undefined;
    },
    fix: () => "carry a smaller image",
  },
  {
    closes: ["store-restore"],
    because: (facts) =>
      facts.from.region === facts.to.region && !leavesAccount(facts)
        ? "the image is there already, and no key of another account is needed"
        : undefined,
    fix: () => "copy it within its place",
  },
  {
    closes: ["share"],
    because: (facts) =>
      leavesAccount(facts)
        ? undefined
        : `the image is ${facts.from.account}'s own: it launches without a share`,
    fix: () => "copy it, or launch from it",
  },
];

function gbOf(volumes: readonly { readonly sizeGiB: number }[]): number {
  return (volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) * GIB) / GB;
}
