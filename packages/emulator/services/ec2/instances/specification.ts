/** What is to be launched, from RunInstances, a launch template or an Auto Scaling group. */
import type { JsonObject } from "../../../contract";
import { flag, isObject, object, objects, requiredText, text, texts, whole } from "../input";
import type { InstanceSettings } from "../state";
import { readOptions } from "./options";
import { readIsSpot } from "./spot";
import type { Tags } from "../tags/tags";

/** One requested block device; absent values come from the image or EC2's defaults. */
export interface DeviceRequest {
  readonly deviceName: string;
  /** The image's device is left out. */
  readonly noDevice: boolean;
  readonly virtualName?: string;
  readonly snapshotId?: string;
  readonly volumeSize?: number;
  readonly volumeType?: string;
  readonly iops?: number;
  readonly throughput?: number;
  readonly deleteOnTermination?: boolean;
  readonly encrypted?: boolean;
  /** Key id, alias or ARN as given. */
  readonly kmsKeyId?: string;
}

export interface LaunchSpecification {
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly devices: readonly DeviceRequest[];
  readonly subnetId?: string;
  readonly availabilityZone?: string;
  readonly securityGroupIds: readonly string[];
  readonly securityGroupNames: readonly string[];
  readonly privateIpAddress?: string;
  /** @default - the subnet's setting */
  readonly associatesPublicIp?: boolean;
  readonly settings: InstanceSettings;
  readonly instanceTags: Tags;
  readonly volumeTags: Tags;
  readonly interfaceTags: Tags;
  readonly isSpot: boolean;
  /** Launch template that it came from. */
  readonly template?: { readonly id: string; readonly version: string };
}

export function readDevices(holder: JsonObject): readonly DeviceRequest[] {
  return objects(holder, "BlockDeviceMapping").map((mapping) => {
    const ebs = object(mapping, "Ebs");
    return {
      deviceName: requiredText(mapping, "DeviceName"),
      noDevice: "NoDevice" in mapping,
      virtualName: text(mapping, "VirtualName"),
      snapshotId: text(ebs, "SnapshotId"),
      volumeSize: whole(ebs, "VolumeSize"),
      volumeType: text(ebs, "VolumeType"),
      iops: whole(ebs, "Iops"),
      throughput: whole(ebs, "Throughput"),
      deleteOnTermination: flag(ebs, "DeleteOnTermination"),
      encrypted: flag(ebs, "Encrypted"),
      kmsKeyId: text(ebs, "KmsKeyId"),
    };
  });
}

/** Tags of what a launch creates, by resource type; Spot requests and their tags are not listed here. */
export type LaunchTags = Readonly<Partial<Record<(typeof LAUNCH_TAGGED)[number], Tags>>>;

/** What RunInstances and launch templates may tag. Source: EC2 API reference, "RunInstances". */
export const LAUNCH_TAGGED = ["instance", "volume", "network-interface", "spot-instances-request"] as const;

/** The primary network interface, which may hold the subnet and the security groups instead of the instance. */
function primaryInterface(input: JsonObject): JsonObject {
  const [first] = objects(input, "NetworkInterface");
  return isObject(first) ? first : {};
}

/** Reads RunInstances' own parameters; tags are read by the calling function, which checks them. */
export function readSpecification(input: JsonObject, tags: LaunchTags): LaunchSpecification {
  const network = primaryInterface(input);
  const groups = [...texts(input, "SecurityGroupId"), ...texts(network, "SecurityGroupId")];
  return {
    imageId: text(input, "ImageId"),
    instanceType: text(input, "InstanceType"),
    devices: readDevices(input),
    subnetId: text(input, "SubnetId") ?? text(network, "SubnetId"),
    availabilityZone: text(object(input, "Placement"), "AvailabilityZone"),
    securityGroupIds: groups,
    securityGroupNames: texts(input, "SecurityGroup"),
    privateIpAddress: text(input, "PrivateIpAddress") ?? text(network, "PrivateIpAddress"),
    associatesPublicIp: flag(network, "AssociatePublicIpAddress"),
    settings: readSettings(input),
    instanceTags: tags.instance ?? {},
    volumeTags: tags.volume ?? {},
    interfaceTags: tags["network-interface"] ?? {},
    isSpot: readIsSpot(input),
  };
}

function readSettings(input: JsonObject): InstanceSettings {
  const profile = object(input, "IamInstanceProfile");
  const metadata = object(input, "MetadataOptions");
  const named = { arn: text(profile, "Arn"), name: text(profile, "Name") };
  return {
    keyName: text(input, "KeyName"),
    userData: text(input, "UserData"),
    instanceProfile: named.arn === undefined && named.name === undefined ? undefined : named,
    httpTokens: text(metadata, "HttpTokens"),
    httpEndpoint: text(metadata, "HttpEndpoint"),
    httpPutResponseHopLimit: whole(metadata, "HttpPutResponseHopLimit"),
    instanceMetadataTags: text(metadata, "InstanceMetadataTags"),
    monitoring: flag(object(input, "Monitoring"), "Enabled"),
    ebsOptimized: flag(input, "EbsOptimized"),
    disableApiTermination: flag(input, "DisableApiTermination"),
    shutdownBehavior: text(input, "InstanceInitiatedShutdownBehavior"),
    ...readOptions(input),
  };
}

/** Values in `first` take precedence. Source: EC2 user guide, "Launch instances from a launch template". */
export function mergeSpecifications(
  first: LaunchSpecification,
  second: LaunchSpecification,
): LaunchSpecification {
  const named = new Set(first.devices.map((device) => device.deviceName));
  return {
    imageId: first.imageId ?? second.imageId,
    instanceType: first.instanceType ?? second.instanceType,
    devices: [...first.devices, ...second.devices.filter((device) => !named.has(device.deviceName))],
    subnetId: first.subnetId ?? second.subnetId,
    availabilityZone: first.availabilityZone ?? second.availabilityZone,
    ...groupsOf(namesGroups(first) ? first : second),
    privateIpAddress: first.privateIpAddress ?? second.privateIpAddress,
    associatesPublicIp: first.associatesPublicIp ?? second.associatesPublicIp,
    settings: { ...second.settings, ...defined(first.settings) },
    instanceTags: { ...second.instanceTags, ...first.instanceTags },
    volumeTags: { ...second.volumeTags, ...first.volumeTags },
    interfaceTags: { ...second.interfaceTags, ...first.interfaceTags },
    isSpot: first.isSpot || second.isSpot,
    template: first.template ?? second.template,
  };
}

function namesGroups({ securityGroupIds, securityGroupNames }: LaunchSpecification): boolean {
  return securityGroupIds.length + securityGroupNames.length > 0;
}

function groupsOf({ securityGroupIds, securityGroupNames }: LaunchSpecification) {
  return { securityGroupIds, securityGroupNames };
}

function defined(settings: InstanceSettings): InstanceSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
