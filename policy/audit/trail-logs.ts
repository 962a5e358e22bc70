import { formatArn } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import type { TrailAccess } from "./trail-access";

/** The permission table: who may assume the role with which a trail writes to CloudWatch Logs. */
export const TRAIL_LOGS_TRUST_ROWS: readonly PermissionRow<TrailAccess>[] = [
  {
    id: "CloudTrailSendsEvents",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "CloudTrail assumes the role to send events; AWS's example has no condition",
    source: "CloudTrail user guide, Sending events to CloudWatch Logs",
    grant: () => ({ principal: { Service: ["cloudtrail.amazonaws.com"] } }),
  },
];

/** The permission table: what that role may do. */
export const TRAIL_LOGS_ROWS: readonly PermissionRow<TrailAccess>[] = [
  {
    id: "WriteEventsToLogs",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    basis: "enforced",
    why: "CloudTrail creates its log streams in the log group and writes events to them, and to no other stream",
    source:
      "CloudTrail user guide, Role policy document for CloudTrail to use CloudWatch Logs for monitoring",
    grant: (access) => {
      const group = logGroupArn(access);
      if (group === undefined) return undefined;
      const { account, region, organizationId } = access;
      const streams = [`${account}_CloudTrail_${region}*`];
      if (organizationId !== undefined) streams.push(`${organizationId}_*`);
      return { resources: streams.map((stream) => `${group}:log-stream:${stream}`) };
    },
  },
];

/** ARN of the trail's log group, without the `:*` at its end that some AWS responses have; undefined if the trail has no log group. */
export function logGroupArn({ partition, region, account, logGroupName }: TrailAccess): string | undefined {
  if (logGroupName === undefined) return undefined;
  return formatArn({ partition, service: "logs", region, account, resource: `log-group:${logGroupName}` });
}

/** The statements of the trust policy of the role with which a trail writes to CloudWatch Logs. */
export function trailLogsTrust(access: TrailAccess): readonly Statement[] {
  return statementsOf(TRAIL_LOGS_TRUST_ROWS, access);
}

/** The statements of its policy. */
export function trailLogsPolicy(access: TrailAccess): readonly Statement[] {
  return statementsOf(TRAIL_LOGS_ROWS, access);
}
