/**
 * What moto answers after it was authorised here: networks, key pairs and the read-only calls that Terraform and the
 * AWS CLI make first.
 */
import type { AccessCheck, Call, Operation } from "../../contract";
import type { Relay } from "../../dispatch";
import { anyResource, ec2Arn, ownCheck, requestTagContext, tagOnCreateCheck } from "./access";
import { requiredText } from "./input";
import { readTagSpecifications } from "./tags/tags";

/** Operations that have no resource in IAM. */
const READS = [
  "DescribeAccountAttributes",
  "DescribeAddresses",
  "DescribeAvailabilityZones",
  "DescribeDhcpOptions",
  "DescribeIamInstanceProfileAssociations",
  "DescribeInstanceTypeOfferings",
  "DescribeInstanceTypes",
  "DescribeInternetGateways",
  "DescribeKeyPairs",
  "DescribeManagedPrefixLists",
  "DescribeNatGateways",
  "DescribeNetworkAcls",
  "DescribePrefixLists",
  "DescribeRouteTables",
  "DescribeSecurityGroupRules",
  "DescribeSecurityGroups",
  "DescribeSubnets",
  "DescribeVpcAttribute",
  "DescribeVpcEndpoints",
  "DescribeVpcs",
] as const;

/** Operations on one resource: its type in the ARN and the parameter that holds its id. */
const BY_ID: Readonly<Record<string, readonly [type: string, parameter: string]>> = {
  AssociateVpcCidrBlock: ["vpc", "VpcId"],
  AuthorizeSecurityGroupEgress: ["security-group", "GroupId"],
  AuthorizeSecurityGroupIngress: ["security-group", "GroupId"],
  DeleteKeyPair: ["key-pair", "KeyName"],
  DeleteManagedPrefixList: ["prefix-list", "PrefixListId"],
  DeleteSecurityGroup: ["security-group", "GroupId"],
  DeleteSubnet: ["subnet", "SubnetId"],
  DeleteVpc: ["vpc", "VpcId"],
  GetManagedPrefixListEntries: ["prefix-list", "PrefixListId"],
  ModifyManagedPrefixList: ["prefix-list", "PrefixListId"],
  ModifySecurityGroupRules: ["security-group", "GroupId"],
  ModifySubnetAttribute: ["subnet", "SubnetId"],
  ModifyVpcAttribute: ["vpc", "VpcId"],
  RevokeSecurityGroupEgress: ["security-group", "GroupId"],
  RevokeSecurityGroupIngress: ["security-group", "GroupId"],
};

/** Operations that create something and may tag it. */
const CREATES: Readonly<Record<string, string>> = {
  CreateKeyPair: "key-pair",
  CreateManagedPrefixList: "prefix-list",
  CreateSecurityGroup: "security-group",
  CreateSubnet: "subnet",
  CreateVpc: "vpc",
  ImportKeyPair: "key-pair",
};

export const FORWARDED: Readonly<Record<string, Operation["checks"]>> = {
  ...Object.fromEntries(READS.map((name) => [name, anyResource])),
  ...Object.fromEntries(
    Object.entries(BY_ID).map(([name, [type, parameter]]) => [
      name,
      (call: Call) => [ownCheck(call, ec2Arn(call, `${type}/${requiredText(call.input, parameter)}`))],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(CREATES).map(([name, type]) => [name, (call: Call) => createChecks(call, type)]),
  ),
};

function createChecks(call: Call, type: string): readonly AccessCheck[] {
  const tags = readTagSpecifications(call.input, [type])[type] ?? {};
  const resource = ec2Arn(call, `${type}/*`);
  return [ownCheck(call, resource, requestTagContext(tags)), ...tagOnCreateCheck(call, resource, tags)];
}

/** Namespace of EC2's responses. */
export const XML_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

/** moto's responses in AWS's namespace, and without tags that do not exist. */
export const FORWARDED_RELAYS: Readonly<Record<string, Relay>> = Object.fromEntries(
  Object.keys(FORWARDED).map((name) => [name, asAws]),
);

async function asAws({ forward, request }: Parameters<Relay>[0]): ReturnType<Relay> {
  const answer = await forward(request);
  const body = String(answer.body)
    .replace(/(<\w+Response xmlns=")[^"]*/, `$1${XML_NAMESPACE}`)
    .replace(/<tagSet\s*\/>|<tagSet>\s*<\/tagSet>/g, "");
  return { ...answer, body };
}
