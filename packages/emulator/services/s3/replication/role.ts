import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { s3Arn } from "../access";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";

/** A service that assumes a role of a customer. */
interface RoleUser {
  /** `s3.amazonaws.com` */
  readonly service: string;
  /** Name of the sessions. */
  readonly session: string;
  /** 12-digit id of the account on whose behalf it acts. */
  readonly sourceAccount: string;
  /** ARN of the resource that it acts for. */
  readonly sourceArn: string;
}

/**
 * A session of the replication role; undefined when the role does not exist or does not trust S3. Source: S3 user
 * guide, "Setting up permissions for live replication".
 */
export function replicationCaller(
  parts: S3Parts,
  cloud: Pick<Cloud, "decide">,
  bucket: Bucket,
  roleArn: string,
): Promise<Caller | undefined> {
  return sessionFor(parts, cloud, roleArn, {
    service: "s3.amazonaws.com",
    session: "s3-replication",
    sourceAccount: bucket.account,
    sourceArn: s3Arn(bucket),
  });
}

/** A session of a role that a service assumes; undefined when the role does not exist or does not trust the service. */
export async function sessionFor(
  { identities }: S3Parts,
  cloud: Pick<Cloud, "decide">,
  roleArn: string,
  { service, session, sourceAccount, sourceArn }: RoleUser,
): Promise<Caller | undefined> {
  const { partition = "", account = "", resource = "" } = parseArn(roleArn) ?? {};
  const name = resource.split("/").pop() ?? "";
  const role = await identities.role(account, name, partition);
  if (role?.arn !== roleArn) return undefined;
  const by: Caller = { kind: "service", account: service, arn: service, userId: service, identity: [] };
  const verdict = await cloud.decide(by, {
    action: "sts:AssumeRole",
    resource: roleArn,
    resourceAccount: account,
    resourcePolicy: { name: `trust policy of role ${name}`, document: role.trust },
    context: { "aws:SourceAccount": sourceAccount, "aws:SourceArn": sourceArn },
  });
  if (!verdict.allowed) return undefined;
  return {
    kind: "assumed-role",
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`,
    roleArn,
    userId: `${role.id}:${session}`,
    identity: role.identity,
    boundary: role.boundary,
    tags: role.tags,
  };
}
