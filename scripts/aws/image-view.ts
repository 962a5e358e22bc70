import type { BlockDeviceMapping, Image, Tag } from "@aws-sdk/client-ec2";
import { must } from "../../core/must";
import type { ImageView, ImageVolume } from "./ports";

type Words = Readonly<Record<string, string>>;

/** Attributes of an image from DescribeImages, with names for people. Source: EC2 API reference, Image. */
const ATTRIBUTES: Readonly<Record<string, (image: Image) => string | undefined>> = {
  architecture: (image) => image.Architecture,
  "image type": (image) => image.ImageType,
  "virtualization type": (image) => image.VirtualizationType,
  "root device type": (image) => image.RootDeviceType,
  "root device name": (image) => image.RootDeviceName,
  "boot mode": (image) => image.BootMode,
  "TPM support": (image) => image.TpmSupport,
  "IMDS support": (image) => image.ImdsSupport,
  "ENA support": (image) => (image.EnaSupport === undefined ? undefined : String(image.EnaSupport)),
  "SR-IOV support": (image) => image.SriovNetSupport,
  platform: (image) => image.PlatformDetails,
  "usage operation": (image) => image.UsageOperation,
  kernel: (image) => image.KernelId,
  "RAM disk": (image) => image.RamdiskId,
  "product codes": (image) =>
    image.ProductCodes?.map((code) => `${code.ProductCodeId} (${code.ProductCodeType})`)
      .sort()
      .join(", "),
};

/** Volume settings that a launch uses. Source: EC2 API reference, EbsBlockDevice. */
const VOLUME_SETTINGS: Readonly<Record<string, (ebs: Ebs) => string | number | boolean | undefined>> = {
  "volume type": (ebs) => ebs.VolumeType,
  IOPS: (ebs) => ebs.Iops,
  "throughput (MiB/s)": (ebs) => ebs.Throughput,
  "volume size (GiB)": (ebs) => ebs.VolumeSize,
  "delete on termination": (ebs) => ebs.DeleteOnTermination,
};

type Ebs = NonNullable<BlockDeviceMapping["Ebs"]>;

/** EC2's image as an `ImageView`. */
export function toImageView(image: Image): ImageView {
  const mappings = image.BlockDeviceMappings ?? [];
  return {
    id: must(image.ImageId, "ImageId of DescribeImages"),
    name: image.Name ?? "",
    ...(image.Description ? { description: image.Description } : {}),
    ownerId: must(image.OwnerId, "OwnerId of DescribeImages"),
    ...(image.SourceImageId ? { parentImageId: image.SourceImageId } : {}),
    state: must(image.State, "State of DescribeImages"),
    ...(image.StateReason?.Message ? { stateReason: image.StateReason.Message } : {}),
    creationDate: image.CreationDate ?? "",
    marketplaceCodes: (image.ProductCodes ?? [])
      .filter((code) => code.ProductCodeType === "marketplace")
      .map((code) => code.ProductCodeId ?? ""),
    tags: fromTags(image.Tags),
    volumes: mappings.flatMap(toVolume),
    devices: mappings.map(({ DeviceName = "", VirtualName }) =>
      VirtualName === undefined ? DeviceName : `${DeviceName}=${VirtualName}`,
    ),
    attributes: read(ATTRIBUTES, image),
    isPublic: image.Public === true,
    ...(image.DeprecationTime === undefined ? {} : { deprecationTime: isoOf(image.DeprecationTime) }),
    deregistrationProtection: image.DeregistrationProtection ?? "disabled",
  };
}

/** EC2's list of tags as a record. */
export function fromTags(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

function toVolume({ DeviceName = "", Ebs: ebs }: BlockDeviceMapping): ImageVolume[] {
  if (ebs?.SnapshotId === undefined) return [];
  return [
    {
      deviceName: DeviceName,
      snapshotId: ebs.SnapshotId,
      sizeGiB: ebs.VolumeSize ?? 0,
      settings: read(VOLUME_SETTINGS, ebs),
    },
  ];
}

/** The existing attributes as text; attributes that AWS does not return are omitted. */
function read<T>(
  table: Readonly<Record<string, (from: T) => string | number | boolean | undefined>>,
  from: T,
): Words {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, of]) => {
      const value = of(from);
      return value === undefined || value === "" ? [] : [[name, String(value)]];
    }),
  );
}

/** Normalises a time, so that different formats of the same time are equal. */
function isoOf(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : at.toISOString();
}
