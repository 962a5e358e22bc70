import type { WireResponse } from "../../wire/message";

/**
 * The parts of moto that launches need: one default subnet and security group in each Region, and no limits of instance
 * types; nothing else.
 */
export function fakeNetwork(operation: string, region: string): WireResponse | undefined {
  const answers: Readonly<Record<string, string>> = {
    DescribeSubnets: `<subnetSet><item><subnetId>subnet-a</subnetId><vpcId>vpc-1</vpcId><cidrBlock>172.31.0.0/20</cidrBlock><availabilityZone>${region}a</availabilityZone></item></subnetSet>`,
    DescribeSecurityGroups:
      "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>default</groupName></item></securityGroupInfo>",
    DescribeInstanceTypes: "<instanceTypeSet/>",
  };
  const answer = answers[operation];
  if (answer === undefined) return undefined;
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<${operation}Response>${answer}</${operation}Response>`,
  };
}
