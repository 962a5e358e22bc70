import { metadataAnswer } from "./metadata";
import { iamArn, partitionOf } from "@keyferry/common";
import type { JsonObject } from "../../../contract";
import { productCodeAnswers } from "../images/wire";
import type { Instance, InstanceStateName, Volume } from "../state";
import { tagSet, type Tags } from "../tags/tags";
import { privateDnsName, publicDnsName } from "./addresses";
import { interfaceAnswers } from "./network-interface";
import { optionAnswers } from "./options";

/** Source: EC2 API reference, "InstanceState". */
const STATE_CODES: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function stateAnswer(name: InstanceStateName): JsonObject {
  return { code: STATE_CODES[name], name };
}

/** An instance as DescribeInstances lists it. */
export function instanceAnswer(instance: Instance, volumes: readonly Volume[], tags: Tags): JsonObject {
  const { settings, traits } = instance;
  const gone = instance.state === "terminated";
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateAnswer(instance.state),
    stateReason: instance.stateReason === undefined ? undefined : { ...instance.stateReason },
    reason: "",
    instanceType: instance.instanceType,
    amiLaunchIndex: instance.launchIndex,
    launchTime: instance.launchTime,
    clientToken: instance.clientToken,
    instanceLifecycle: instance.spotRequestId === undefined ? undefined : "spot",
    spotInstanceRequestId: instance.spotRequestId,
    keyName: settings.keyName,
    placement: { availabilityZone: instance.availabilityZone, groupName: "", tenancy: "default" },
    monitoring: { state: settings.monitoring === true ? "enabled" : "disabled" },
    privateDnsName: gone ? "" : privateDnsName(instance),
    dnsName: (gone ? undefined : publicDnsName(instance)) ?? "",
    ...(gone
      ? {}
      : {
          subnetId: instance.subnetId,
          vpcId: instance.vpcId,
          privateIpAddress: instance.privateIpAddress,
          ipAddress: instance.network.publicIp,
        }),
    architecture: traits.architecture,
    rootDeviceType: "ebs",
    rootDeviceName: traits.rootDeviceName,
    virtualizationType: traits.virtualizationType,
    hypervisor: "xen",
    bootMode: traits.bootMode,
    platformDetails: traits.platformDetails,
    usageOperation: traits.usageOperation,
    platform: traits.platform,
    tpmSupport: traits.tpmSupport,
    kernelId: traits.kernelId,
    ramdiskId: traits.ramdiskId,
    productCodes: productCodeAnswers(traits.productCodes),
    enaSupport: traits.enaSupport,
    ebsOptimized: settings.ebsOptimized ?? false,
    sourceDestCheck: gone ? undefined : (settings.sourceDestCheck ?? true),
    groupSet: gone ? [] : instance.securityGroups.map((group) => ({ ...group })),
    blockDeviceMapping: volumes.map(attachmentAnswer),
    iamInstanceProfile: profileAnswer(instance),
    metadataOptions: metadataAnswer(instance),
    ...optionAnswers(instance),
    networkInterfaceSet: interfaceAnswers(instance),
    tagSet: tagSet(tags),
  };
}

export function attachmentAnswer(volume: Volume): JsonObject {
  const { attachment } = volume;
  return {
    deviceName: attachment?.deviceName,
    ebs: {
      volumeId: volume.volumeId,
      status: volume.state === "creating" ? "attaching" : "attached",
      attachTime: attachment?.attachTime,
      deleteOnTermination: attachment?.deleteOnTermination,
    },
  };
}

function profileAnswer(instance: Instance): JsonObject | undefined {
  const arn = profileArn(instance);
  return arn === undefined ? undefined : { arn };
}

export function profileArn({ settings, owner, region }: Instance): string | undefined {
  const profile = settings.instanceProfile;
  if (profile === undefined) return undefined;
  return profile.arn ?? iamArn(partitionOf(region), owner, `instance-profile/${profile.name ?? ""}`);
}
