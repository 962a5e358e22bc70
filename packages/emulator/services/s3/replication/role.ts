import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { s3Arn } from "../access";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";

const S3: Caller = {
  kind: "service",
  account: "s3.amazonaws.com",
  arn: "s3.amazonaws.com",
  userId: "s3.amazonaws.com",
  identity: [],
};
const SESSION = "s3-replication";

/**
 * A session of the replication role; undefined when there is none, or when it does not trust S3.
 * Source: S3 user guide, "Setting up permissions for live replication".
 */
export async function replicationCaller(
  { identities }: S3Parts,
  cloud: Pick<Cloud, "decide">,
  bucket: Bucket,
  roleArn: string,
): Promise<Caller | undefined> {
  const { partition = "", account = "", resource = "" } = parseArn(roleArn) ?? {};
  const name = resource.split("/").pop() ?? "";
  const role = await identities.role(account, name, partition);
  if (role?.arn !== roleArn) return undefined;
  const verdict = await cloud.decide(S3, {
    action: "sts:AssumeRole",
    resource: roleArn,
    resourceAccount: account,
    resourcePolicy: { name: `trust policy of role ${name}`, document: role.trust },
    context: { "aws:SourceAccount": bucket.account, "aws:SourceArn": s3Arn(bucket) },
  });
  if (!verdict.allowed) return undefined;
  return {
    kind: "assumed-role",
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${SESSION}`,
    roleArn,
    userId: `${role.id}:${SESSION}`,
    identity: role.identity,
    boundary: role.boundary,
    tags: role.tags,
  };
}
