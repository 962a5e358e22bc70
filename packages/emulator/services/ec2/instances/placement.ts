/** Subnets and security groups are stored in moto. */
import type { Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { answerItems, text } from "../input";
import type { Instance } from "../state";

const DEFAULT_GROUP = "default";

export type Placement = Pick<Instance, "subnetId" | "vpcId" | "availabilityZone" | "securityGroups"> & {
  /** First three parts of the addresses that instances get. */
  readonly addresses: string;
  /** Whether the subnet gives instances a public address by default. */
  readonly isPublic: boolean;
};

export interface PlacementRequest {
  readonly account: string;
  readonly region: string;
  /** @default - the default subnet of the zone, or of the first zone */
  readonly subnetId?: string;
  readonly availabilityZone?: string;
  /** @default - the default security group of the VPC */
  readonly securityGroupIds: readonly string[];
  /** Groups in the VPC. */
  readonly securityGroupNames: readonly string[];
}

/** @throws InvalidSubnetID.NotFound, InvalidGroup.NotFound, or MissingInput without a default subnet */
export async function findPlacement(cloud: Cloud, request: PlacementRequest): Promise<Placement> {
  const subnet = await findSubnet(cloud, request);
  const vpcId = text(subnet, "vpcId") ?? "";
  const [first = "10", second = "0", third = "0"] = (text(subnet, "cidrBlock") ?? "").split(".");
  return {
    subnetId: text(subnet, "subnetId") ?? "",
    vpcId,
    availabilityZone: text(subnet, "availabilityZone") ?? `${request.region}a`,
    securityGroups: await findGroups(cloud, request, vpcId),
    addresses: `${first}.${second}.${third}`,
    isPublic: text(subnet, "mapPublicIpOnLaunch") === "true",
  };
}

async function findSubnet(cloud: Cloud, request: PlacementRequest): Promise<JsonObject> {
  const { account, region, subnetId, availabilityZone } = request;
  const input: Record<string, string> =
    subnetId === undefined
      ? { "Filter.1.Name": "default-for-az", "Filter.1.Value.1": "true" }
      : { "SubnetId.1": subnetId };
  const answer = await cloud.moto.query("ec2", account, region, "DescribeSubnets", input);
  const subnets = answerItems(answer.subnetSet)
    .filter((item) => availabilityZone === undefined || text(item, "availabilityZone") === availabilityZone)
    .sort((a, b) => ((text(a, "availabilityZone") ?? "") < (text(b, "availabilityZone") ?? "") ? -1 : 1));
  const [found] = subnets;
  if (found === undefined) {
    throw subnetId === undefined
      ? new AwsError("MissingInput", "No default subnet for the Availability Zone; specify a subnet.")
      : new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`);
  }
  return found;
}

/** @throws InvalidGroup.NotFound for a name that no group of the VPC has */
async function findGroups(
  cloud: Cloud,
  { account, region, securityGroupIds, securityGroupNames }: PlacementRequest,
  vpcId: string,
): Promise<Placement["securityGroups"]> {
  const byId = securityGroupIds.length > 0;
  const names = byId || securityGroupNames.length > 0 ? securityGroupNames : [DEFAULT_GROUP];
  const query = (input: Record<string, string>) =>
    cloud.moto.query("ec2", account, region, "DescribeSecurityGroups", input);
  const inVpc = { "Filter.1.Name": "vpc-id", "Filter.1.Value.1": vpcId, "Filter.2.Name": "group-name" };
  const answers = [
    ...(byId ? [await query(numbered("GroupId", securityGroupIds))] : []),
    ...(names.length > 0 ? [await query({ ...inVpc, ...numbered("Filter.2.Value", names) })] : []),
  ];
  const found = answers
    .flatMap((answer) => answerItems(answer.securityGroupInfo))
    .map((group) => ({ groupId: text(group, "groupId") ?? "", groupName: text(group, "groupName") ?? "" }));
  const missing = securityGroupNames.find((name) => !found.some(({ groupName }) => groupName === name));
  if (missing === undefined) return found;
  throw new AwsError(
    "InvalidGroup.NotFound",
    `The security group '${missing}' does not exist in VPC '${vpcId}'`,
  );
}

/** Ids of the groups that have one of the names, in any VPC of the Region. */
export async function groupIdsNamed(
  cloud: Cloud,
  account: string,
  region: string,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const input = { "Filter.1.Name": "group-name", ...numbered("Filter.1.Value", names) };
  const answer = await cloud.moto.query("ec2", account, region, "DescribeSecurityGroups", input);
  return answerItems(answer.securityGroupInfo).flatMap((group) => text(group, "groupId") ?? []);
}

function numbered(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${name}.${index + 1}`, value]));
}
