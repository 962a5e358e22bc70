import type { Call, Cloud, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { imagesIn, maySeeImage, sharingSettings, snapshotIdsOf, visibleImage } from "../catalogue";
import { checkId, notFound } from "../errors";
import { filterOf, neverMatching, type FilterTable } from "../filters";
import { flag, texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import { choose, ownedBy } from "../shelf";
import type { Ec2State, Image } from "../state";
import { tagsOf } from "../tags/tags";
import { isAllowed, isHidden } from "./allowed";
import { wasDeregistered } from "./deregistered";
import { imageAnswer, imageLocation, rootDeviceType } from "./wire";

/** Every filter of the EC2 API reference, "DescribeImages", except `image-allowed`, which depends on the viewer. */
const FILTERS: FilterTable<Image> = {
  // Instance store images and the free tier mark do not occur here.
  ...neverMatching(["free-tier-eligible"]),
  architecture: (image) => [image.traits.architecture],
  "block-device-mapping.delete-on-termination": (image) =>
    image.devices.map((device) => device.ebs?.deleteOnTermination.toString()),
  "block-device-mapping.device-name": (image) => image.devices.map((device) => device.deviceName),
  "block-device-mapping.encrypted": (image) =>
    image.devices.map((device) => String(device.ebs?.encrypted ?? false)),
  "block-device-mapping.snapshot-id": snapshotIdsOf,
  "block-device-mapping.volume-size": (image) =>
    image.devices.map((device) => device.ebs?.volumeSize.toString()),
  "block-device-mapping.volume-type": (image) => image.devices.map((device) => device.ebs?.volumeType),
  "creation-date": (image) => [image.creationDate],
  description: (image) => [image.description],
  "ena-support": (image) => [String(image.traits.enaSupport)],
  hypervisor: () => ["xen"],
  "image-id": (image) => [image.imageId],
  "image-type": (image) => [image.imageType ?? "machine"],
  "is-public": (image) => [String(image.public)],
  "kernel-id": (image) => [image.traits.kernelId],
  "manifest-location": (image) => [imageLocation(image)],
  name: (image) => [image.name],
  "owner-alias": (image) => [image.ownerAlias],
  "owner-id": (image) => [image.owner],
  platform: (image) => [image.traits.platform],
  "product-code": (image) => (image.traits.productCodes ?? []).map(({ code }) => code),
  "product-code.type": (image) => (image.traits.productCodes ?? []).map(({ type }) => type),
  "ramdisk-id": (image) => [image.traits.ramdiskId],
  "root-device-name": (image) => [image.traits.rootDeviceName],
  "root-device-type": (image) => [rootDeviceType(image)],
  "source-image-id": (image) => [image.sourceImageId],
  "source-image-region": (image) => [image.sourceImageRegion],
  "source-instance-id": (image) => [image.sourceInstanceId],
  "sriov-net-support": (image) => [image.traits.sriovNetSupport],
  state: (image) => [image.state],
  "state-reason-code": (image) => [image.stateReason?.code],
  "state-reason-message": (image) => [image.stateReason?.message],
  "virtualization-type": (image) => [image.traits.virtualizationType],
};

/** Kernels and RAM disks are described like images. */
const KERNEL_ID = /^a[kr]i-[0-9a-f]{8,17}$/;

/** DescribeImages: the images that the caller may see, by id, owner, launch permission and filters. */
export function describeImages(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "ImageId",
      "Owner",
      "ExecutableBy",
      "Filter",
      "IncludeDeprecated",
      "IncludeDisabled",
      "MaxResults",
      "NextToken",
    ],
    checks: anyResource,
    run: (call, cloud) => answer(state, call, cloud),
  });
}

function answer(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const { account } = call.caller;
  const now = cloud.clock.now().getTime();
  const allowed = (image: Image) => isAllowed(state, image, account, now);
  const filters = { ...FILTERS, "image-allowed": (image: Image) => [String(allowed(image))] };
  const viewerTags = (image: Image) => tagsOf(state, account, image.imageId);
  const passes = filterOf(call.input, filters, viewerTags);
  const executors = texts(call.input, "ExecutableBy");
  const mayRun = (image: Image): boolean =>
    executors.length === 0 || executors.some((who) => mayBeLaunchedBy(image, who, account));
  const chosen = requested(state, call, now, (image) => passes(image) && mayRun(image));
  const { items, nextToken } = page(chosen, call.input);
  const isJudged = sharingSettings(state, account, call.region).allowedImages !== "disabled";
  const imagesSet = items.map((image) => ({
    ...imageAnswer(image, account, viewerTags(image)),
    imageAllowed: isJudged ? allowed(image) : undefined,
  }));
  return { imagesSet, nextToken };
}

/** The requested images among those that the call names by id, or otherwise among all listed ones. */
function requested(
  state: Ec2State,
  call: Call,
  now: number,
  isWanted: (image: Image) => boolean,
): readonly Image[] {
  const ids = texts(call.input, "ImageId");
  const owners = texts(call.input, "Owner");
  const { account } = call.caller;
  const isOwners = (image: Image): boolean =>
    owners.length === 0 || owners.some((owner) => isOwnedBy(image, owner, account));
  if (ids.length > 0) {
    return byId(state, call, ids, now).filter((image) => isOwners(image) && isWanted(image));
  }
  const isListed = listing(state, call, now);
  const ownOnly = owners.length > 0 && owners.every((owner) => owner === "self" || owner === account);
  return ownOnly
    ? choose(ownedBy(state.images, call.region, account), (image) => isListed(image) && isWanted(image))
    : choose(
        imagesIn(state, call.region),
        (image) =>
          isOwners(image) && maySeeImage(state, image, account) && isListed(image) && isWanted(image),
      );
}

/**
 * By id, deprecated and disabled images are found, too; an image that was deregistered recently is left out.
 * @throws InvalidAMIID.NotFound naming every id that the caller cannot see
 */
function byId(state: Ec2State, call: Call, ids: readonly string[], now: number): readonly Image[] {
  for (const id of ids) if (!KERNEL_ID.test(id)) checkId("image", id);
  const { account } = call.caller;
  const find = (id: string): Image | undefined => {
    const image = visibleImage(state, id, account, call.region);
    return image === undefined || isHidden(state, image, account, now) ? undefined : image;
  };
  const found = new Map([...new Set(ids)].map((id) => [id, find(id)]));
  const missing = [...found].flatMap(([id, image]) =>
    image !== undefined || wasDeregistered(state, id, account, call.region) ? [] : [id],
  );
  if (missing.length > 0) throw notFound("image", ...missing);
  return [...found.values()].flatMap((image) => image ?? []);
}

/**
 * Owners always see their deprecated images, others only on request; disabled ones are shown on request. Source: EC2
 * API reference, "DescribeImages".
 */
function listing(state: Ec2State, call: Call, now: number): (image: Image) => boolean {
  const { account } = call.caller;
  const disabled = flag(call.input, "IncludeDisabled") === true;
  const deprecated = flag(call.input, "IncludeDeprecated") === true;
  const hides = sharingSettings(state, account, call.region).allowedImages === "enabled";
  return (image) => {
    if (image.state === "disabled") return disabled;
    if (image.owner === account) return true;
    if (hides && isHidden(state, image, account, now)) return false;
    return deprecated || image.deprecationTime === undefined || Date.parse(image.deprecationTime) > now;
  };
}

function isOwnedBy(image: Image, owner: string, viewer: string): boolean {
  return owner === "self" ? image.owner === viewer : image.owner === owner || image.ownerAlias === owner;
}

/** `self` means an explicit permission, which the owner does not need; `all` means public. */
function mayBeLaunchedBy(image: Image, who: string, viewer: string): boolean {
  if (who === "all") return image.public;
  return image.launchPermissions.includes(who === "self" ? viewer : who);
}
