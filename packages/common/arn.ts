import { partitionOf } from "./regions";

/** The parts of `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Parses an ARN; undefined when the text is not one. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const partition = text.indexOf(":", 4);
  const service = partition < 0 ? -1 : text.indexOf(":", partition + 1);
  const region = service < 0 ? -1 : text.indexOf(":", service + 1);
  const account = region < 0 ? -1 : text.indexOf(":", region + 1);
  if (account < 0 || account + 1 === text.length) return undefined;
  return {
    partition: text.slice(4, partition),
    service: text.slice(partition + 1, service),
    region: text.slice(service + 1, region),
    account: text.slice(region + 1, account),
    resource: text.slice(account + 1),
  };
}

export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}

/** ARN of an IAM identity; IAM is global, so only the partition depends on the Region. */
export function iamArn(partition: string, account: string, resource: string): string {
  return formatArn({ partition, service: "iam", region: "", account, resource });
}

/** ARN of a role; `path` starts and ends with a slash. @default path "/" */
export function roleArn(partition: string, account: string, name: string, path = "/"): string {
  return iamArn(partition, account, `role${path}${name}`);
}

/** The account as a principal: "its IAM decides", not its root user. */
export function accountPrincipal(partition: string, account: string): string {
  return iamArn(partition, account, "root");
}

export function keyArn(region: string, account: string, keyId: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "kms",
    region,
    account,
    resource: `key/${keyId}`,
  });
}

/** Images and snapshots have ARNs without an account. */
export function imageArn(region: string, imageId: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "ec2",
    region,
    account: "",
    resource: `image/${imageId}`,
  });
}

/** Images and snapshots have ARNs without an account. */
export function snapshotArn(region: string, snapshotId: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "ec2",
    region,
    account: "",
    resource: `snapshot/${snapshotId}`,
  });
}

/** An Auto Scaling group by its name alone: its id is not known beforehand. */
export function autoScalingGroupArn(
  partition: string,
  region: string,
  account: string,
  name: string,
  id = "*",
): string {
  const resource = `autoScalingGroup:${id}:autoScalingGroupName/${name}`;
  return formatArn({ partition, service: "autoscaling", region, account, resource });
}

/** ARN of one of AWS's own parameters, which belong to no account. @param name `/aws/service/...` */
export function publicParameterArn(region: string, name: string): string {
  return parameterArn(region, "", name);
}

/** ARN of a Parameter Store parameter; `name` starts with a slash. */
export function parameterArn(region: string, account: string, name: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "ssm",
    region,
    account,
    resource: `parameter/${name.replace(/^\//, "")}`,
  });
}

/** A bucket's ARN, which contains neither its account nor its Region. */
export function bucketArn(partition: string, bucket: string): string {
  return formatArn({ partition, service: "s3", region: "", account: "", resource: bucket });
}
