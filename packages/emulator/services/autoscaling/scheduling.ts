/** Shared by all work on groups: when a group is checked next. */
import { workKind } from "../../background";
import type { Cloud } from "../../contract";
import type { Ec2State } from "../ec2/state";
import { groupKey, isRegistered, type AutoScalingState, type Group } from "./state";

/** Seconds of the cloud's clock. */
const REACTION_SECONDS = 2;
export const WATCH_SECONDS = 3;
/** Pause after a failed launch; doubles with every further failure. */
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 900;

/** What work on groups needs: the groups' state, EC2's state, and the cloud. */
export interface AutoScalingContext {
  readonly state: AutoScalingState;
  readonly ec2: Ec2State;
  readonly cloud: Cloud;
}

export interface OneGroup {
  readonly arn: string;
}

/** One instance of a group. */
export interface OneMember extends OneGroup {
  readonly instanceId: string;
}

export const ADJUST = workKind<OneGroup>("autoscaling:adjust");
export const TRY_AGAIN = workKind<OneGroup>("autoscaling:try-again");

/** After a change by a user: an earlier failure no longer delays the group. */
export function capacityChanged(context: AutoScalingContext, group: Group): void {
  group.failures = 0;
  group.pausing = false;
  scheduleReconcile(context, group);
}

/** Compares the group with its desired capacity. */
export function scheduleReconcile({ cloud }: AutoScalingContext, { arn }: Group): void {
  ADJUST.later(cloud.clock, REACTION_SECONDS, { arn });
}

/** After a failure the group waits before it tries again, longer each time. */
export function pause({ cloud }: AutoScalingContext, group: Group): void {
  if (group.pausing) return;
  const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** group.failures, LONGEST_PAUSE_SECONDS);
  group.failures += 1;
  group.pausing = true;
  TRY_AGAIN.later(cloud.clock, seconds, { arn: group.arn });
}

/** Removes an instance from the list. */
export function removeMember({ state }: AutoScalingContext, group: Group, instanceId: string): void {
  group.members = group.members.filter((member) => member.instanceId !== instanceId);
  removeIfEmpty(state, group);
}

/** A group that is being deleted is removed together with its last instance. */
export function removeIfEmpty(state: AutoScalingState, group: Group): void {
  if (group.deleting && group.members.length === 0 && isRegistered(state, group)) {
    delete state.groups[groupKey(group.account, group.region, group.name)];
  }
}
