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

/** What the policies around a trail are made from: those of its bucket, its key and its role. */
export interface TrailAccess extends KeyEnvironment {
  readonly trailName: string;
  readonly bucketArn: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** Id of the organisation whose accounts the trail logs as well: `o-exampleorgid`. @default - the trail's account alone */
  readonly organizationId?: string | undefined;
  /** Whether nobody may delete log files. */
  readonly retained: boolean;
  readonly readers: readonly LogReader[];
  /** Log group of Amazon CloudWatch Logs that gets the events as well. @default - none */
  readonly logGroupName?: string | undefined;
}

/** ARN of the trail, known before it exists: the policies that it needs are made first. */
export function trailArn({ partition, region, account, trailName }: TrailAccess): string {
  return formatArn({ partition, service: "cloudtrail", region, account, resource: `trail/${trailName}` });
}

/** CloudTrail for this trail alone: anybody's trail could otherwise write into the bucket and use the key. */
export function toTrail(access: TrailAccess, more: Readonly<Record<string, readonly string[]>> = {}) {
  return {
    principal: { Service: ["cloudtrail.amazonaws.com"] },
    conditions: { StringEquals: { "aws:SourceArn": [trailArn(access)], ...more } },
  } satisfies RowGrant;
}

/**
 * Readers by their accounts, narrowed by the roles' ARNs: a policy that names a role is refused while the role does not exist, and
 * dies when the role is made anew.
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
