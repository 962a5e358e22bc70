/** How instances are removed from a group: held by hooks, terminated, and listed until they have ended. */
import { workKind } from "../../background";
import { terminate, USER_SHUTDOWN } from "../ec2/instances/lifecycle";
import { beginActivity, endActivityOf } from "./activities";
import { memberOf, type Activity, type Group, type Member } from "./state";
import { waitForHooks } from "./waiting";
import {
  removeMember,
  scheduleReconcile,
  WATCH_SECONDS,
  type OneMember,
  type AutoScalingContext,
} from "./scheduling";

export const WATCH_TERMINATION = workKind<OneMember>("autoscaling:watch-termination");

/** Terminates a member, after its hooks. A group that is force-deleted waits for no hooks. */
export function dismiss(context: AutoScalingContext, group: Group, member: Member, cause: string): Activity {
  const { clock } = context.cloud;
  const activity = beginActivity(group, clock, `Terminating EC2 instance: ${member.instanceId}`, cause);
  member.activityId = activity.activityId;
  const runs = context.ec2.instances[member.instanceId]?.state === "running";
  if (
    runs &&
    !group.deleting &&
    waitForHooks(context, group, member, "autoscaling:EC2_INSTANCE_TERMINATING")
  ) {
    member.lifecycle = "Terminating:Wait";
    activity.status = "MidLifecycleAction";
  } else {
    member.lifecycle = "Terminating";
    end(context, group, member);
  }
  return activity;
}

/** After its hooks: the instance is terminated whether they were completed or abandoned. */
export function goOnLeaving(context: AutoScalingContext, group: Group, member: Member): void {
  member.lifecycle = "Terminating:Proceed";
  end(context, group, member);
}

function end(context: AutoScalingContext, group: Group, { instanceId }: Member): void {
  const instance = context.ec2.instances[instanceId];
  if (instance !== undefined) terminate(context.cloud, instance, USER_SHUTDOWN);
  WATCH_TERMINATION.later(context.cloud.clock, WATCH_SECONDS, { arn: group.arn, instanceId });
}

export function watchTermination(context: AutoScalingContext, group: Group, what: OneMember): void {
  const { clock } = context.cloud;
  const instance = context.ec2.instances[what.instanceId];
  if (instance !== undefined && instance.state !== "terminated") {
    WATCH_TERMINATION.later(clock, WATCH_SECONDS, what);
    return;
  }
  const member = memberOf(group, what.instanceId);
  if (member !== undefined) endActivityOf(group, member, clock, "Successful");
  removeMember(context, group, what.instanceId);
  scheduleReconcile(context, group);
}
