/** DNS names of an instance's addresses. Source: EC2 user guide, "EC2 instance hostnames and domains". */
import type { Instance } from "../state";

/** The Region whose DNS names do not contain the Region. */
const FIRST_REGION = "us-east-1";

export function privateDnsName({ privateIpAddress, region }: Instance): string {
  const domain = region === FIRST_REGION ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${dashed(privateIpAddress)}.${domain}`;
}

/** Undefined without a public address. */
export function publicDnsName({ network, region }: Instance): string | undefined {
  if (network.publicIp === undefined) return undefined;
  const domain = region === FIRST_REGION ? "compute-1" : `${region}.compute`;
  return `ec2-${dashed(network.publicIp)}.${domain}.amazonaws.com`;
}

function dashed(address: string): string {
  return address.replaceAll(".", "-");
}
