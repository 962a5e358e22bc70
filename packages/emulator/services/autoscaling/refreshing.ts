/** An instance refresh in progress. Source: Auto Scaling user guide, "Use an instance refresh to update instances". */
import { workKind } from "../../background";
import { dismiss } from "./leaving";
import { allowance, extraCapacity, isAtLastCheckpoint, isPaused, isReady, mayGo } from "./refresh-pace";
import {
  isLeaving,
  memberOf,
  staying,
  weightOf,
  type Group,
  type InstanceRefresh,
  type RefreshStatus,
} from "./state";
import { scheduleReconcile, type OneGroup, type AutoScalingContext } from "./scheduling";

const STEP_SECONDS = 10;
/** Time that a refresh waits for an instance to be replaced, to be released or to come into service. */
const PATIENCE_SECONDS = 3600;

export const REFRESH = workKind<OneGroup & { readonly id: string }>("autoscaling:refresh");

export function goOnRefreshing({ cloud }: AutoScalingContext, { arn }: Group, { id }: InstanceRefresh): void {
  REFRESH.later(cloud.clock, STEP_SECONDS, { arn, id });
}

/** One step of a refresh: it replaces as many instances as may be out of service, waits, or ends. */
export function refreshStep(context: AutoScalingContext, group: Group, id: string): void {
  const refresh = group.refreshes.find((candidate) => candidate.id === id);
  if (refresh === undefined || refresh.endTime !== undefined) return;
  if (!group.suspended.includes("InstanceRefresh")) look(context, group, refresh);
  if (refresh.endTime === undefined) goOnRefreshing(context, group, refresh);
}

function look(context: AutoScalingContext, group: Group, refresh: InstanceRefresh): void {
  refresh.waited += STEP_SECONDS;
  for (const { instanceId, lifecycle } of group.members) {
    if (lifecycle === "InService")
      refresh.inService[instanceId] = (refresh.inService[instanceId] ?? 0) + STEP_SECONDS;
  }
  if (refresh.status === "Cancelling") {
    hold(context, group, refresh, 0);
    if (!isMoving(group)) end(context, refresh, "Cancelled");
    return;
  }
  if (refresh.status === "Pending") refresh.status = "InProgress";
  const left = refresh.remaining.filter((instanceId) => isToReplace(group, refresh, instanceId));
  if (left.length < refresh.remaining.length) refresh.waited = 0;
  refresh.remaining = left;
  if (isPaused(group, refresh, STEP_SECONDS)) return;
  if (left.length === 0 || isAtLastCheckpoint(group, refresh)) settle(context, group, refresh);
  else replaceSome(context, group, refresh);
  if (refresh.endTime !== undefined) return;
  if (refresh.waited > PATIENCE_SECONDS) fail(context, group, refresh);
}

function isMoving(group: Group): boolean {
  return group.members.some(({ lifecycle }) => lifecycle.startsWith("Pending") || isLeaving(lifecycle));
}

/** Still in the group, and not one of those that are left alone. */
function isToReplace(group: Group, { preferences }: InstanceRefresh, instanceId: string): boolean {
  const member = memberOf(group, instanceId);
  if (member === undefined || isLeaving(member.lifecycle)) return false;
  if (member.lifecycle === "Standby") return preferences.standbyInstances !== "Ignore";
  return !member.protectedFromScaleIn || preferences.protectedInstances !== "Ignore";
}

function replaceSome(context: AutoScalingContext, group: Group, refresh: InstanceRefresh): void {
  const { preferences, remaining } = refresh;
  const free = remaining.flatMap((instanceId) => {
    const member = memberOf(group, instanceId);
    if (member === undefined) return [];
    const waits =
      member.lifecycle === "Standby"
        ? preferences.standbyInstances === "Wait"
        : member.protectedFromScaleIn && preferences.protectedInstances === "Wait";
    return waits ? [] : [member];
  });
  const going = free.slice(0, Math.min(mayGo(group, refresh, isMoving(group)), allowance(refresh)));
  for (const member of going) {
    dismiss(
      context,
      group,
      member,
      "an instance was taken out of service in response to an instance refresh.",
    );
  }
  if (going.length > 0) {
    refresh.waited = 0;
    scheduleReconcile(context, group);
  }
  const staying = free.slice(going.length, allowance(refresh));
  hold(context, group, refresh, extraCapacity(group, refresh, staying));
}

/** Launches before it terminates, as far as permitted. */
function hold(context: AutoScalingContext, group: Group, refresh: InstanceRefresh, extra: number): void {
  if (refresh.extra === extra) return;
  refresh.extra = extra;
  scheduleReconcile(context, group);
}

/** All are replaced: the refresh ends when the last one is ready and the bake time has passed. */
function settle(context: AutoScalingContext, group: Group, refresh: InstanceRefresh): void {
  const members = staying(group);
  const isWhole = weightOf(members) >= group.desired && !isMoving(group);
  if (!isWhole || !members.every((member) => isReady(refresh, member))) return;
  if (refresh.rollback !== undefined) {
    end(context, refresh, "RollbackSuccessful");
    return;
  }
  if (refresh.preferences.bakeTime > 0 && refresh.status !== "Baking") {
    refresh.status = "Baking";
    refresh.waited = 0;
  }
  const baked = refresh.waited >= refresh.preferences.bakeTime;
  if (refresh.status === "Baking" && !baked) return;
  if (refresh.desired !== undefined) group.configuration = refresh.desired;
  end(context, refresh, "Successful");
}

function fail(context: AutoScalingContext, group: Group, refresh: InstanceRefresh): void {
  if (refresh.status === "Baking") return;
  const reason =
    "The instance refresh made no progress for one hour: instances were protected, in standby, or did not come into service.";
  if (refresh.rollback !== undefined) end(context, refresh, "RollbackFailed", reason);
  else if (refresh.preferences.autoRollback) rollBack(context, group, refresh, reason);
  else end(context, refresh, "Failed", reason);
}

/** Rolls a refresh back: replaces what it launched with what the group launched before. */
export function rollBack(
  context: AutoScalingContext,
  group: Group,
  refresh: InstanceRefresh,
  reason: string,
): void {
  const now = context.cloud.clock.now().toISOString();
  const { done } = progressOf(context, group, refresh);
  refresh.rollback = { reason, startTime: now, percentage: done };
  refresh.status = "RollbackInProgress";
  refresh.waited = 0;
  refresh.extra = 0;
  refresh.pause = 0;
  refresh.remaining = group.members
    .filter(({ instanceId }) => (context.ec2.instances[instanceId]?.launchTime ?? "") >= refresh.startTime)
    .map(({ instanceId }) => instanceId);
  group.failures = 0;
  group.pausing = false;
  scheduleReconcile(context, group);
}

function end(
  context: AutoScalingContext,
  refresh: InstanceRefresh,
  status: RefreshStatus,
  reason?: string,
): void {
  refresh.status = status;
  refresh.reason = reason ?? refresh.reason;
  refresh.endTime = context.cloud.clock.now().toISOString();
}

/** @returns `done` in percent, `left` in instances */
export function progressOf(
  context: Pick<AutoScalingContext, "cloud">,
  group: Group,
  refresh: InstanceRefresh,
): { readonly done: number; readonly left: number } {
  const { total, remaining, status } = refresh;
  if (status === "Successful" || total === 0) return { done: 100, left: 0 };
  const ready = staying(group).filter((member) => isReady(refresh, member)).length;
  const missing = Math.max(0, group.desired - ready);
  const left = Math.min(total, remaining.length + missing);
  return { done: Math.floor((100 * (total - left)) / total), left };
}
