/** Subnets and security groups live in moto. */
import type { Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { answerItems, text } from "../input";
import type { Instance } from "../state";

export type Placement = Pick<Instance, "subnetId" | "vpcId" | "availabilityZone" | "securityGroups"> & {
  /** First three parts of the addresses that instances get. */
  readonly network: string;
};

export interface PlacementRequest {
  readonly account: string;
  readonly region: string;
  /** @default - the default subnet of the zone, or of the first zone */
  readonly subnetId?: string;
  readonly availabilityZone?: string;
  /** @default - the default security group of the VPC */
  readonly securityGroupIds: readonly string[];
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
    network: `${first}.${second}.${third}`,
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

async function findGroups(
  cloud: Cloud,
  { account, region, securityGroupIds }: PlacementRequest,
  vpcId: string,
): Promise<Placement["securityGroups"]> {
  const input: Record<string, string> =
    securityGroupIds.length > 0
      ? Object.fromEntries(securityGroupIds.map((id, index) => [`GroupId.${index + 1}`, id]))
      : {
          "Filter.1.Name": "vpc-id",
          "Filter.1.Value.1": vpcId,
          "Filter.2.Name": "group-name",
          "Filter.2.Value.1": "default",
        };
  const answer = await cloud.moto.query("ec2", account, region, "DescribeSecurityGroups", input);
  return answerItems(answer.securityGroupInfo).map((group) => ({
    groupId: text(group, "groupId") ?? "",
    groupName: text(group, "groupName") ?? "",
  }));
}
