import type { Call, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { imagesIn, maySeeImage, snapshotIdsOf } from "../catalogue";
import { checkId, notFound } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Image } from "../state";
import { tagsOf } from "../tags/tags";
import { imageAnswer } from "./wire";

const FILTERS: FilterTable<Image> = {
  architecture: (image) => [image.traits.architecture],
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
  "image-type": () => ["machine"],
  "is-public": (image) => [String(image.public)],
  name: (image) => [image.name],
  "owner-alias": (image) => [image.ownerAlias],
  "owner-id": (image) => [image.owner],
  "root-device-name": (image) => [image.traits.rootDeviceName],
  "root-device-type": () => ["ebs"],
  "source-image-id": (image) => [image.sourceImageId],
  "source-image-region": (image) => [image.sourceImageRegion],
  "source-instance-id": (image) => [image.sourceInstanceId],
  state: (image) => [image.state],
  "state-reason-code": (image) => [image.stateReason?.code],
  "state-reason-message": (image) => [image.stateReason?.message],
  "virtualization-type": (image) => [image.traits.virtualizationType],
};

/** DescribeImages: what the caller may see, by id, owner, launch permission and filters. */
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
    run: (call) => answer(state, call),
  });
}

function answer(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const owners = texts(call.input, "Owner");
  const executors = texts(call.input, "ExecutableBy");
  const chosen = requested(state, call)
    .filter((image) => owners.length === 0 || owners.some((owner) => isOwnedBy(image, owner, account)))
    .filter(
      (image) => executors.length === 0 || executors.some((who) => mayBeLaunchedBy(image, who, account)),
    );
  const viewerTags = (image: Image) => tagsOf(state, account, image.imageId);
  const { items, nextToken } = page(applyFilters(chosen, call.input, FILTERS, viewerTags), call.input);
  return { imagesSet: items.map((image) => imageAnswer(image, viewerTags(image))), nextToken };
}

/** @throws InvalidAMIID.NotFound naming every id that the caller cannot see */
function requested(state: Ec2State, call: Call): readonly Image[] {
  const visible = imagesIn(state, call.region).filter((image) => maySeeImage(image, call.caller.account));
  const ids = texts(call.input, "ImageId");
  if (ids.length === 0) return visible;
  for (const id of ids) checkId("image", id);
  const missing = ids.filter((id) => !visible.some((image) => image.imageId === id));
  if (missing.length > 0) throw notFound("image", ...missing);
  return visible.filter((image) => ids.includes(image.imageId));
}

function isOwnedBy(image: Image, owner: string, viewer: string): boolean {
  return owner === "self" ? image.owner === viewer : image.owner === owner || image.ownerAlias === owner;
}

/** `self` means an explicit permission, which the owner does not need; `all` means public. */
function mayBeLaunchedBy(image: Image, who: string, viewer: string): boolean {
  if (who === "all") return image.public;
  return image.launchPermissions.includes(who === "self" ? viewer : who);
}
