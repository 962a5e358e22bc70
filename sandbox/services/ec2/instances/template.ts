/** Launch templates live in moto; here they are read and turned into a launch specification. */
import type { Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { answerItems, answerTexts, flag, object, text } from "../input";
import { readSpecification, type LaunchSpecification } from "./specification";
import type { Tags } from "../tags/tags";

export interface TemplateReference {
  readonly id?: string;
  readonly name?: string;
  /** A number, `$Latest` or `$Default`. @default $Default */
  readonly version?: string;
}

/** A launch template version as it was found. */
export interface FoundTemplate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly specification: LaunchSpecification;
}

/** Reads `{LaunchTemplateId, LaunchTemplateName, Version}`; undefined when neither id nor name is given. */
export function readTemplateReference(holder: JsonObject): TemplateReference | undefined {
  const reference = {
    id: text(holder, "LaunchTemplateId"),
    name: text(holder, "LaunchTemplateName"),
    version: text(holder, "Version"),
  };
  return reference.id === undefined && reference.name === undefined ? undefined : reference;
}

/** @throws InvalidLaunchTemplateId.NotFound or moto's own error when there is no such version */
export async function findTemplate(
  cloud: Cloud,
  account: string,
  region: string,
  reference: TemplateReference,
): Promise<FoundTemplate> {
  const answer = await cloud.moto.query("ec2", account, region, "DescribeLaunchTemplateVersions", {
    ...(reference.id === undefined
      ? { LaunchTemplateName: reference.name ?? "" }
      : { LaunchTemplateId: reference.id }),
    "LaunchTemplateVersion.1": reference.version ?? "$Default",
  });
  const [version] = answerItems(answer.launchTemplateVersionSet);
  if (version === undefined) {
    throw new AwsError(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find launch template version ${reference.version ?? "$Default"}`,
    );
  }
  const id = text(version, "launchTemplateId") ?? "";
  const specification = specificationOf(object(version, "launchTemplateData"));
  return {
    id,
    name: text(version, "launchTemplateName") ?? "",
    version: text(version, "versionNumber") ?? "",
    specification: { ...specification, templateId: id },
  };
}

/** The answer's names differ from RunInstances' parameters only in case and in the names of lists. */
function specificationOf(data: JsonObject): LaunchSpecification {
  const tags = (type: string): Tags => {
    const found = answerItems(data.tagSpecificationSet).find((item) => text(item, "resourceType") === type);
    return Object.fromEntries(
      answerItems(found?.tagSet).map((tag) => [text(tag, "key") ?? "", text(tag, "value") ?? ""]),
    );
  };
  const placement = object(data, "placement");
  const metadata = object(data, "metadataOptions");
  const profile = object(data, "iamInstanceProfile");
  return readSpecification(
    {
      ImageId: text(data, "imageId"),
      InstanceType: text(data, "instanceType"),
      KeyName: text(data, "keyName"),
      UserData: text(data, "userData"),
      EbsOptimized: text(data, "ebsOptimized"),
      DisableApiTermination: text(data, "disableApiTermination"),
      InstanceInitiatedShutdownBehavior: text(data, "instanceInitiatedShutdownBehavior"),
      Placement: { AvailabilityZone: text(placement, "availabilityZone") },
      IamInstanceProfile: { Arn: text(profile, "arn"), Name: text(profile, "name") },
      Monitoring: { Enabled: text(object(data, "monitoring"), "enabled") },
      MetadataOptions: {
        HttpTokens: text(metadata, "httpTokens"),
        HttpEndpoint: text(metadata, "httpEndpoint"),
        HttpPutResponseHopLimit: text(metadata, "httpPutResponseHopLimit"),
        InstanceMetadataTags: text(metadata, "instanceMetadataTags"),
      },
      SecurityGroupId: answerTexts(data.securityGroupIdSet),
      NetworkInterface: answerItems(data.networkInterfaceSet).map((network) => ({
        SubnetId: text(network, "subnetId"),
        SecurityGroupId: groupIds(network.groupSet),
      })),
      BlockDeviceMapping: answerItems(data.blockDeviceMappingSet ?? data.blockDeviceMapping).map(mappingOf),
    },
    { instance: tags("instance"), volume: tags("volume") },
  );
}

function groupIds(groupSet: JsonObject[string]): readonly string[] {
  const wrapped = answerItems(groupSet).flatMap((group) => text(group, "groupId") ?? []);
  return wrapped.length > 0 ? wrapped : answerTexts(groupSet);
}

function mappingOf(mapping: JsonObject): JsonObject {
  const ebs = object(mapping, "ebs");
  const given = text(mapping, "noDevice");
  return {
    DeviceName: text(mapping, "deviceName"),
    VirtualName: text(mapping, "virtualName"),
    ...(given === undefined ? {} : { NoDevice: given }),
    Ebs: {
      SnapshotId: text(ebs, "snapshotId"),
      VolumeSize: text(ebs, "volumeSize"),
      VolumeType: text(ebs, "volumeType"),
      Iops: text(ebs, "iops"),
      Throughput: text(ebs, "throughput"),
      DeleteOnTermination: text(ebs, "deleteOnTermination"),
      // An answer cannot tell an absent flag from a false one.
      Encrypted: flag(ebs, "encrypted") === true ? "true" : undefined,
      KmsKeyId: text(ebs, "kmsKeyId"),
    },
  };
}
