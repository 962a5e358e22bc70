import type { JsonObject } from "../../../contract";
import type { Image, ImageDevice, ImageTraits } from "../state";
import { tagSet, type Tags } from "../tags/tags";

/** An image as DescribeImages lists it; `tags` are the viewer's own. */
export function imageAnswer(image: Image, tags: Tags): JsonObject {
  return {
    imageId: image.imageId,
    imageLocation: `${image.ownerAlias ?? image.owner}/${image.name}`,
    imageState: image.state,
    imageOwnerId: image.owner,
    imageOwnerAlias: image.ownerAlias,
    isPublic: image.public,
    imageType: "machine",
    name: image.name,
    description: image.description,
    creationDate: image.creationDate,
    hypervisor: "xen",
    rootDeviceType: "ebs",
    ...traitsAnswer(image.traits),
    blockDeviceMapping: image.devices.map(deviceAnswer),
    sourceInstanceId: image.sourceInstanceId,
    sourceImageId: image.sourceImageId,
    sourceImageRegion: image.sourceImageRegion,
    stateReason: image.stateReason === undefined ? undefined : { ...image.stateReason },
    tagSet: tagSet(tags),
  };
}

function traitsAnswer(traits: ImageTraits): JsonObject {
  return { ...traits };
}

export function deviceAnswer(device: ImageDevice): JsonObject {
  return {
    deviceName: device.deviceName,
    virtualName: device.virtualName,
    ebs: device.ebs === undefined ? undefined : { ...device.ebs },
  };
}
