import { randomUUID } from "node:crypto";
import type { Clock, JsonObject } from "../../contract";
import type { Activity, ActivityStatus, Group, Member } from "./state";

/** AWS keeps activities for six weeks; here only the newest ones are kept. */
const KEPT = 100;

export function beginActivity(group: Group, clock: Clock, description: string, cause: string): Activity {
  const now = clock.now().toISOString();
  const activity: Activity = {
    activityId: randomUUID(),
    cause: `At ${now.replace(/\.\d+Z$/, "Z")} ${cause}`,
    startTime: now,
    description,
    details: JSON.stringify({ "Availability Zone": group.zones[0] }),
    status: "InProgress",
    progress: 0,
  };
  group.activities = [activity, ...group.activities].slice(0, KEPT);
  return activity;
}

export function endActivity(
  activity: Activity,
  clock: Clock,
  status: ActivityStatus,
  statusMessage?: string,
): void {
  activity.status = status;
  activity.statusMessage = statusMessage;
  activity.progress = 100;
  activity.endTime = clock.now().toISOString();
}

export function activityAnswer(group: Group, activity: Activity): JsonObject {
  return {
    ActivityId: activity.activityId,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: activity.startTime,
    EndTime: activity.endTime,
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: activity.details,
  };
}

/**
 * Updates the activity of a member's launch or termination. Only the newest activities are kept; one that was dropped
 * needs no update.
 */
export function endActivityOf(
  group: Group,
  { activityId }: Member,
  clock: Clock,
  status: ActivityStatus,
  statusMessage?: string,
): void {
  const activity = group.activities.find((candidate) => candidate.activityId === activityId);
  if (activity === undefined) return;
  if (status === "MidLifecycleAction") activity.status = status;
  else endActivity(activity, clock, status, statusMessage);
}
