/** Every filter of the EC2 API reference, "DescribeInstances" and "DescribeInstanceStatus". */
import { neverMatching, type FilterTable } from "../filters";
import type { Ec2State, Instance, Volume } from "../state";
import { attachmentStatus } from "../volumes/wire";
import { volumesOf } from "./lifecycle";
import { privateDnsName, publicDnsName } from "./addresses";
import { INTERFACE_FILTERS } from "./network-interface";
import { httpTokens } from "./metadata";
import { profileArn, stateAnswer } from "./wire";

/** Instances here have none of these: no host, no IPv6 addresses, no capacity reservation. */
const ABSENT = [
  "affinity",
  "availability-zone-id",
  "capacity-reservation-id",
  "capacity-reservation-specification.capacity-reservation-preference",
  "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id",
  "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn",
  "host-id",
  "iam-instance-profile.id",
  "iam-instance-profile.name",
  "ipv6-address",
  "network-performance-options.bandwidth-weighting",
  "operator.principal",
  "outpost-arn",
  "placement-group-name",
  "placement-partition-number",
  "private-dns-name-options.enable-resource-name-dns-a-record",
  "private-dns-name-options.enable-resource-name-dns-aaaa-record",
  "reason",
  "requester-id",
  "usage-operation-update-time",
];

export function instanceFilters(state: Ec2State): FilterTable<Instance> {
  const ofVolumes =
    (read: (volume: Volume) => string | undefined) =>
    (instance: Instance): readonly (string | undefined)[] =>
      volumesOf(state, instance).map(read);
  const codes = ({ traits }: Instance) => traits.productCodes ?? [];
  return {
    ...neverMatching(ABSENT),
    ...Object.fromEntries(
      Object.entries(INTERFACE_FILTERS).map(([name, read]) => [`network-interface.${name}`, read]),
    ),
    architecture: ({ traits }) => [traits.architecture],
    "availability-zone": (instance) => [instance.availabilityZone],
    "block-device-mapping.attach-time": ofVolumes(({ attachment }) => attachment?.attachTime),
    "block-device-mapping.delete-on-termination": ofVolumes(({ attachment }) =>
      attachment?.deleteOnTermination.toString(),
    ),
    "block-device-mapping.device-name": ofVolumes(({ attachment }) => attachment?.deviceName),
    "block-device-mapping.status": ofVolumes((volume) =>
      volume.attachment === undefined ? undefined : attachmentStatus(volume, volume.attachment),
    ),
    "dns-name": (instance) => [publicDnsName(instance)],
    "ip-address": ({ network }) => [network.publicIp],
    "block-device-mapping.volume-id": ofVolumes(({ volumeId }) => volumeId),
    "boot-mode": ({ traits }) => [traits.bootMode],
    "client-token": (instance) => [instance.clientToken],
    "current-instance-boot-mode": ({ traits }) => [traits.bootMode?.replace("-preferred", "")],
    "ebs-optimized": ({ settings }) => [String(settings.ebsOptimized ?? false)],
    "ena-support": ({ traits }) => [String(traits.enaSupport)],
    "enclave-options.enabled": () => ["false"],
    "hibernation-options.configured": () => ["false"],
    hypervisor: () => ["xen"],
    "iam-instance-profile.arn": (instance) => [profileArn(instance)],
    "image-id": (instance) => [instance.imageId],
    "instance-id": (instance) => [instance.instanceId],
    "instance-lifecycle": ({ spotRequestId }) => [spotRequestId === undefined ? undefined : "spot"],
    "instance-state-code": (instance) => [String(stateAnswer(instance.state).code)],
    "instance-state-name": (instance) => [instance.state],
    "instance-type": (instance) => [instance.instanceType],
    "instance.group-id": ({ securityGroups }) => securityGroups.map(({ groupId }) => groupId),
    "instance.group-name": ({ securityGroups }) => securityGroups.map(({ groupName }) => groupName),
    "kernel-id": ({ traits }) => [traits.kernelId],
    "key-name": ({ settings }) => [settings.keyName],
    "launch-index": ({ launchIndex }) => [String(launchIndex)],
    "launch-time": ({ launchTime }) => [launchTime],
    "maintenance-options.auto-recovery": ({ settings }) => [settings.autoRecovery ?? "default"],
    "metadata-options.http-endpoint": ({ settings }) => [settings.httpEndpoint ?? "enabled"],
    "metadata-options.http-protocol-ipv4": () => ["enabled"],
    "metadata-options.http-protocol-ipv6": () => ["disabled"],
    "metadata-options.http-put-response-hop-limit": ({ settings }) => [
      String(settings.httpPutResponseHopLimit ?? 2),
    ],
    "metadata-options.http-tokens": (instance) => [httpTokens(instance)],
    "metadata-options.instance-metadata-tags": ({ settings }) => [
      settings.instanceMetadataTags ?? "disabled",
    ],
    "metadata-options.state": () => ["applied"],
    "monitoring-state": ({ settings }) => [settings.monitoring === true ? "enabled" : "disabled"],
    "operator.managed": () => ["false"],
    "owner-id": (instance) => [instance.owner],
    platform: ({ traits }) => [traits.platform],
    "platform-details": ({ traits }) => [traits.platformDetails],
    "private-dns-name": (instance) => [privateDnsName(instance)],
    "private-dns-name-options.hostname-type": ({ settings }) => [settings.hostnameType ?? "ip-name"],
    "private-ip-address": (instance) => [instance.privateIpAddress],
    "product-code": (instance) => codes(instance).map(({ code }) => code),
    "product-code.type": (instance) => codes(instance).map(({ type }) => type),
    "ramdisk-id": ({ traits }) => [traits.ramdiskId],
    "reservation-id": (instance) => [instance.reservationId],
    "root-device-name": ({ traits }) => [traits.rootDeviceName],
    "root-device-type": () => ["ebs"],
    "source-dest-check": ({ settings }) => [String(settings.sourceDestCheck ?? true)],
    "spot-instance-request-id": ({ spotRequestId }) => [spotRequestId],
    "state-reason-code": (instance) => [instance.stateReason?.code],
    "state-reason-message": (instance) => [instance.stateReason?.message],
    "subnet-id": (instance) => [instance.subnetId],
    tenancy: () => ["default"],
    "tpm-support": ({ traits }) => [traits.tpmSupport],
    "usage-operation": ({ traits }) => [traits.usageOperation],
    "virtualization-type": ({ traits }) => [traits.virtualizationType],
    "vpc-id": (instance) => [instance.vpcId],
  };
}

/** No events are scheduled for instances here; health is that of `DescribeInstanceStatus`. */
export const STATUS_FILTERS: FilterTable<Instance> = {
  ...neverMatching([
    "availability-zone-id",
    "event.code",
    "event.description",
    "event.instance-event-id",
    "event.not-after",
    "event.not-before",
    "event.not-before-deadline",
    "operator.principal",
  ]),
  "attached-ebs-status.status": (instance) => [health(instance)],
  "availability-zone": (instance) => [instance.availabilityZone],
  "instance-state-code": (instance) => [String(stateAnswer(instance.state).code)],
  "instance-state-name": (instance) => [instance.state],
  "instance-status.reachability": (instance) => [reachability(instance)],
  "instance-status.status": (instance) => [health(instance)],
  "operator.managed": () => ["false"],
  "system-status.reachability": (instance) => [reachability(instance)],
  "system-status.status": (instance) => [health(instance)],
};

export function health(instance: Instance): string {
  return instance.state === "running" ? "ok" : "not-applicable";
}

function reachability(instance: Instance): string | undefined {
  return instance.state === "running" ? "passed" : undefined;
}
