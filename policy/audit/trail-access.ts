import { accountPrincipal, formatArn, roleArn } from "@keyferry/common";
import type { KeyEnvironment } from "../keys";
import type { RowGrant } from "../row";

/** A role of another account that reads the log files of a trail. */
export interface LogReader {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path is `/`. */
  readonly roleName: string;
}

/** The input of the policies for a trail: those of its bucket, its key and its role. */
export interface TrailAccess extends KeyEnvironment {
  readonly trailName: string;
  readonly bucketArn: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** Id of the organisation whose accounts the trail also logs: `o-exampleorgid`. @default - the trail's account alone */
  readonly organizationId?: string | undefined;
  /** Whether the deletion of log files is denied to every principal. */
  readonly retained: boolean;
  readonly readers: readonly LogReader[];
  /** Log group of Amazon CloudWatch Logs that also receives the events. @default - none */
  readonly logGroupName?: string | undefined;
}

/** ARN of the trail, known before it exists: the policies that it needs are created first. */
export function trailArn({ partition, region, account, trailName }: TrailAccess): string {
  return formatArn({ partition, service: "cloudtrail", region, account, resource: `trail/${trailName}` });
}

/** CloudTrail, for this trail only: otherwise any account's trail could write to the bucket and use the key. */
export function toTrail(access: TrailAccess, more: Readonly<Record<string, readonly string[]>> = {}) {
  return {
    principal: { Service: ["cloudtrail.amazonaws.com"] },
    conditions: { StringEquals: { "aws:SourceArn": [trailArn(access)], ...more } },
  } satisfies RowGrant;
}

/**
 * Readers by their accounts, limited by the roles' ARNs: AWS refuses a policy that names a role that does not exist, and such a
 * statement has no effect after the role is created again.
 */
export function toReaders({ partition, readers }: TrailAccess) {
  return {
    principal: { AWS: [...new Set(readers.map(({ account }) => accountPrincipal(partition, account)))] },
    conditions: {
      ArnEquals: {
        "aws:PrincipalArn": readers.map(({ account, roleName }) => roleArn(partition, account, roleName)),
      },
    },
  } satisfies RowGrant;
}
