/** Scales a group to its desired capacity, on the clock, and replaces unhealthy instances. */
import { workKind } from "../../background";
import { launchOne } from "./entering";
import { dismiss } from "./leaving";
import { staying, targetCapacity, weightOf, type Group, type Member } from "./state";
import { removeIfEmpty, scheduleReconcile, type OneGroup, type AutoScalingContext } from "./scheduling";

const HEALTH_CHECK_SECONDS = 60;

export const CHECK_HEALTH = workKind<OneGroup>("autoscaling:check-health");

/** Checks the instances' health for as long as the group exists. */
export function watchHealth({ cloud }: AutoScalingContext, { arn }: Group): void {
  CHECK_HEALTH.later(cloud.clock, HEALTH_CHECK_SECONDS, { arn });
}

/**
 * Replaces missing and unhealthy instances. Source: Auto Scaling user guide, "Health checks" and "Suspend and resume
 * processes".
 */
export function checkHealth(context: AutoScalingContext, group: Group): void {
  if (!group.suspended.includes("HealthCheck")) {
    for (const member of group.members) {
      const runs = context.ec2.instances[member.instanceId]?.state === "running";
      if (member.lifecycle === "InService" && !runs) member.healthy = false;
    }
  }
  replaceUnhealthy(context, group);
  if (weightOf(staying(group)) !== targetCapacity(group)) scheduleReconcile(context, group);
  watchHealth(context, group);
}

function replaceUnhealthy(context: AutoScalingContext, group: Group): void {
  if (["ReplaceUnhealthy", "Terminate"].some((name) => group.suspended.includes(name))) return;
  for (const member of group.members.filter((one) => one.lifecycle === "InService" && !one.healthy)) {
    const runs = context.ec2.instances[member.instanceId]?.state === "running";
    const what = runs
      ? "a user health-check."
      : "an EC2 health check indicating it has been terminated or stopped.";
    dismiss(context, group, member, `an instance was taken out of service in response to ${what}`);
  }
}

/** One pass: launches missing instances and terminates surplus ones. */
export async function adjust(context: AutoScalingContext, group: Group): Promise<void> {
  const isMissing = (): boolean => missing(group) > 0;
  while (isMissing() && (await launchOne(context, group, isMissing)));
  for (const member of surplus(group)) {
    dismiss(
      context,
      group,
      member,
      `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity to ${group.desired}.`,
    );
  }
  removeIfEmpty(context.state, group);
}

/** Units to launch now; none while the group pauses, is suspended or is being deleted. */
function missing(group: Group): number {
  if (group.deleting || group.pausing || group.suspended.includes("Launch")) return 0;
  return targetCapacity(group) - weightOf(staying(group));
}

/** Oldest first, as long as the others still provide the desired capacity. */
function surplus(group: Group): readonly Member[] {
  if (group.deleting) return group.members.filter(({ lifecycle }) => !lifecycle.startsWith("Terminating"));
  if (group.suspended.includes("Terminate")) return [];
  let excess = weightOf(staying(group)) - targetCapacity(group);
  return staying(group).filter((member) => {
    if (member.protectedFromScaleIn || member.weight > excess) return false;
    excess -= member.weight;
    return true;
  });
}
