/** The only network interface of an instance, and its addresses. Source: EC2 API reference, "DescribeNetworkInterfaces". */
import { randomBytes } from "node:crypto";
import type { Call, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { applyFilters, neverMatching, type FilterTable } from "../filters";
import { newId } from "../ids";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Instance } from "../state";
import { tagsOf, tagSet } from "../tags/tags";
import { privateDnsName, publicDnsName } from "./addresses";

/** A new interface; the public address comes from a network that is not routed (RFC 2544). */
export function newInterface(isPublic: boolean): Instance["network"] {
  const [first = 0, second = 0, ...mac] = randomBytes(7);
  return {
    interfaceId: newId("eni"),
    attachmentId: newId("eni-attach"),
    macAddress: ["02", ...mac.map((byte) => byte.toString(16).padStart(2, "0"))].join(":"),
    isPublic,
    publicIp: isPublic ? `198.${18 + (first % 2)}.${second}.${1 + (first >> 1)}` : undefined,
  };
}

/** The interface as DescribeInstances lists it; a terminated instance has none. */
export function interfaceAnswers(instance: Instance): readonly JsonObject[] {
  return instance.state === "terminated" ? [] : [interfaceAnswer(instance)];
}

function interfaceAnswer(instance: Instance): JsonObject {
  const { network, launchTime } = instance;
  const association = associationAnswer(instance);
  const address = { privateDnsName: privateDnsName(instance), privateIpAddress: instance.privateIpAddress };
  return {
    networkInterfaceId: network.interfaceId,
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    description: "",
    ownerId: instance.owner,
    status: "in-use",
    macAddress: network.macAddress,
    ...address,
    sourceDestCheck: instance.settings.sourceDestCheck ?? true,
    groupSet: instance.securityGroups.map((group) => ({ ...group })),
    attachment: {
      attachmentId: network.attachmentId,
      deviceIndex: 0,
      networkCardIndex: 0,
      status: "attached",
      attachTime: launchTime,
      deleteOnTermination: true,
    },
    association,
    privateIpAddressesSet: [{ ...address, primary: true, association }],
    ipv6AddressesSet: [],
    interfaceType: "interface",
  };
}

function associationAnswer(instance: Instance): JsonObject | undefined {
  const { publicIp } = instance.network;
  if (publicIp === undefined) return undefined;
  return { publicIp, publicDnsName: publicDnsName(instance), ipOwnerId: "amazon" };
}

/** Filters of DescribeNetworkInterfaces on instances' properties; DescribeInstances has the same with a prefix. */
export const INTERFACE_FILTERS: FilterTable<Instance> = {
  ...neverMatching([
    "association.allocation-id",
    "association.association-id",
    "association.carrier-ip",
    "association.customer-owned-ip",
    "addresses.association.allocation-id",
    "addresses.association.association-id",
    "addresses.association.carrier-ip",
    "addresses.association.customer-owned-ip",
    "availability-zone-id",
    "deny-all-igw-traffic",
    "ipv4-prefixes.ipv4-prefix",
    "ipv6-address",
    "ipv6-addresses.ipv6-address",
    "ipv6-addresses.is-primary-ipv6",
    "ipv6-native",
    "ipv6-prefixes.ipv6-prefix",
    "operator.principal",
    "outpost-arn",
    "requester-id",
  ]),
  "addresses.association.ip-owner-id": ({ network }) => [network.publicIp && "amazon"],
  "addresses.association.public-dns-name": (instance) => [publicDnsName(instance)],
  "addresses.association.public-ip": ({ network }) => [network.publicIp],
  "addresses.primary": () => ["true"],
  "addresses.private-dns-name": (instance) => [privateDnsName(instance)],
  "addresses.private-ip-address": (instance) => [instance.privateIpAddress],
  "association.ip-owner-id": ({ network }) => [network.publicIp && "amazon"],
  "association.public-dns-name": (instance) => [publicDnsName(instance)],
  "association.public-ip": ({ network }) => [network.publicIp],
  "attachment.attach-time": ({ launchTime }) => [launchTime],
  "attachment.attachment-id": ({ network }) => [network.attachmentId],
  "attachment.delete-on-termination": () => ["true"],
  "attachment.device-index": () => ["0"],
  "attachment.instance-id": ({ instanceId }) => [instanceId],
  "attachment.instance-owner-id": ({ owner }) => [owner],
  "attachment.network-card-index": () => ["0"],
  "attachment.status": () => ["attached"],
  "availability-zone": ({ availabilityZone }) => [availabilityZone],
  description: () => [""],
  "group-id": ({ securityGroups }) => securityGroups.map(({ groupId }) => groupId),
  "group-name": ({ securityGroups }) => securityGroups.map(({ groupName }) => groupName),
  "interface-type": () => ["interface"],
  "mac-address": ({ network }) => [network.macAddress],
  "network-interface-id": ({ network }) => [network.interfaceId],
  "operator.managed": () => ["false"],
  "owner-id": ({ owner }) => [owner],
  "private-dns-name": (instance) => [privateDnsName(instance)],
  "private-ip-address": (instance) => [instance.privateIpAddress],
  "public-dns-name": (instance) => [publicDnsName(instance)],
  "requester-managed": () => ["false"],
  "source-dest-check": ({ settings }) => [String(settings.sourceDestCheck ?? true)],
  status: () => ["in-use"],
  "subnet-id": ({ subnetId }) => [subnetId],
  "vpc-id": ({ vpcId }) => [vpcId],
};

/** DescribeNetworkInterfaces: only instances have interfaces here. */
export function describeNetworkInterfaces(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["NetworkInterfaceId", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call) => describe(state, call),
  });
}

/** @throws InvalidNetworkInterfaceID.NotFound */
function describe(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const own = Object.values(state.instances).filter(
    ({ owner, region, state: name }) => owner === account && region === call.region && name !== "terminated",
  );
  const ids = texts(call.input, "NetworkInterfaceId");
  const missing = ids.find((id) => !own.some(({ network }) => network.interfaceId === id));
  if (missing !== undefined) {
    throw new AwsError(
      "InvalidNetworkInterfaceID.NotFound",
      `The networkInterface ID '${missing}' does not exist`,
    );
  }
  const tags = ({ network }: Instance) => tagsOf(state, account, network.interfaceId);
  const wanted = own.filter(({ network }) => ids.length === 0 || ids.includes(network.interfaceId));
  const { items, nextToken } = page(applyFilters(wanted, call.input, INTERFACE_FILTERS, tags), call.input);
  const networkInterfaceSet = items.map((instance) => ({
    ...interfaceAnswer(instance),
    availabilityZone: instance.availabilityZone,
    requesterManaged: false,
    attachment: {
      ...(interfaceAnswer(instance)["attachment"] as JsonObject),
      instanceId: instance.instanceId,
      instanceOwnerId: instance.owner,
    },
    tagSet: tagSet(tags(instance)),
  }));
  return { networkInterfaceSet, nextToken };
}
