import type { JsonObject } from "../../../contract";
import type { Image, ImageDevice, ImageTraits } from "../state";
import { tagSet, type Tags } from "../tags/tags";

export function imageLocation(image: Image): string {
  return `${image.ownerAlias ?? image.owner}/${image.name}`;
}

/** An image as DescribeImages lists it; `tags` are the viewer's own. */
export function imageAnswer(image: Image, viewer: string, tags: Tags): JsonObject {
  return {
    imageId: image.imageId,
    imageLocation: imageLocation(image),
    imageState: image.state,
    imageOwnerId: image.owner,
    imageOwnerAlias: image.ownerAlias,
    isPublic: image.public,
    imageType: image.imageType ?? "machine",
    name: image.name,
    description: image.description,
    creationDate: image.creationDate,
    hypervisor: "xen",
    rootDeviceType: rootDeviceType(image),
    ...traitsAnswer(image.traits),
    ...(image.imageType === undefined ? {} : { rootDeviceName: undefined }),
    blockDeviceMapping: image.devices.map(deviceAnswer),
    sourceInstanceId: image.sourceInstanceId,
    sourceImageId: image.sourceImageId,
    sourceImageRegion: image.sourceImageRegion,
    deprecationTime: image.deprecationTime,
    ...(image.owner === viewer
      ? {
          deregistrationProtection: protectionName(image.protection),
          lastLaunchedTime: image.lastLaunchedTime,
        }
      : {}),
    stateReason: image.stateReason === undefined ? undefined : { ...image.stateReason },
    tagSet: tagSet(tags),
  };
}

/** Kernels and RAM disks are not volumes. */
export function rootDeviceType({ imageType }: Image): string {
  return imageType === undefined ? "ebs" : "instance-store";
}

/** Launch permissions as DescribeImageAttribute lists them. */
export function permissionAnswers(image: Image): readonly JsonObject[] {
  const organizations = image.launchOrganizations ?? [];
  return [
    ...(image.public ? [{ group: "all" }] : []),
    ...image.launchPermissions.map((userId) => ({ userId })),
    ...organizations.map((arn) =>
      arn.includes(":ou/") ? { organizationalUnitArn: arn } : { organizationArn: arn },
    ),
  ];
}

/** The name in DescribeImages and DescribeImageAttribute. */
export function protectionName(protection: Image["protection"]): string {
  if (protection === undefined) return "disabled";
  if (protection.endsAt !== undefined) return `disabled after ${protection.endsAt}`;
  return protection.withCooldown ? "enabled-with-cooldown" : "enabled-without-cooldown";
}

/** Only DescribeImageAttribute returns the UEFI variables. */
function traitsAnswer(traits: ImageTraits): JsonObject {
  return { ...traits, uefiData: undefined, productCodes: productCodeAnswers(traits.productCodes) };
}

export function productCodeAnswers(codes: ImageTraits["productCodes"]): JsonObject["productCodes"] {
  return codes?.map(({ code, type }) => ({ productCode: code, type }));
}

export function deviceAnswer(device: ImageDevice): JsonObject {
  return {
    deviceName: device.deviceName,
    virtualName: device.virtualName,
    ebs: device.ebs === undefined ? undefined : { ...device.ebs },
  };
}
