/** Instances that wait for lifecycle hooks. Source: Auto Scaling user guide, "Amazon EC2 Auto Scaling lifecycle hooks". */
import { randomUUID } from "node:crypto";
import { workKind } from "../../background";
import type { Group, LifecycleHook, Member, Transition } from "./state";
import type { OneMember, AutoScalingContext } from "./scheduling";

/** An instance continues; `abandoned` says why it was abandoned. */
export interface Onward extends OneMember {
  readonly abandoned?: string;
}

interface Deadline extends OneMember {
  readonly token: string;
  /** The timeout that was scheduled for this heartbeat: a later heartbeat invalidates it. */
  readonly deadline: string;
}

export const GO_ON = workKind<Onward>("autoscaling:go-on");
export const TIME_OUT = workKind<Deadline>("autoscaling:hook-timeout");

const LONGEST_WAIT_SECONDS = 48 * 3600;
const MOST_HEARTBEATS = 100;

/** The longest time an instance may wait for a hook, with or without heartbeats: 48 hours, or 100 heartbeats. */
export function globalTimeout({ heartbeatTimeout }: LifecycleHook): number {
  return Math.min(LONGEST_WAIT_SECONDS, MOST_HEARTBEATS * heartbeatTimeout);
}

/** True when there are hooks to wait for; the instance continues automatically when all have ended. */
export function waitForHooks(
  context: AutoScalingContext,
  group: Group,
  member: Member,
  transition: Transition,
): boolean {
  const hooks = Object.values(group.hooks).filter((hook) => hook.transition === transition);
  if (hooks.length === 0) return false;
  const { clock } = context.cloud;
  const now = clock.now();
  member.actions = hooks.map(({ name, heartbeatTimeout }) => {
    const deadline = new Date(now.getTime() + heartbeatTimeout * 1000).toISOString();
    const action = { hook: name, token: randomUUID(), startedAt: now.toISOString(), deadline };
    const about = { arn: group.arn, instanceId: member.instanceId };
    TIME_OUT.later(clock, heartbeatTimeout, { ...about, token: action.token, deadline });
    return action;
  });
  return true;
}

/** Restarts the heartbeat of an action, within the longest permitted wait. */
export function recordHeartbeat(
  context: AutoScalingContext,
  group: Group,
  member: Member,
  token: string,
): void {
  const { clock } = context.cloud;
  member.actions = member.actions?.map((action) => {
    const hook = group.hooks[action.hook];
    if (action.token !== token || hook === undefined) return action;
    const latest = Date.parse(action.startedAt) + globalTimeout(hook) * 1000;
    const end = Math.min(clock.now().getTime() + hook.heartbeatTimeout * 1000, latest);
    const deadline = new Date(end).toISOString();
    const seconds = (end - clock.now().getTime()) / 1000;
    TIME_OUT.later(clock, seconds, { arn: group.arn, instanceId: member.instanceId, token, deadline });
    return { ...action, deadline };
  });
}

/** Ends one action. An abandoned instance waits for no other action; otherwise it continues when no action is left. */
export function complete(
  context: AutoScalingContext,
  { arn }: Group,
  member: Member,
  token: string,
  result: "CONTINUE" | "ABANDON",
  how = "Lifecycle Action Completed with ABANDON Result",
): void {
  const rest = (member.actions ?? []).filter((action) => action.token !== token);
  member.actions = result === "ABANDON" ? [] : rest;
  if (member.actions.length > 0) return;
  const about = { arn, instanceId: member.instanceId };
  const abandoned =
    result === "ABANDON"
      ? `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${token} was abandoned: ${how}`
      : undefined;
  GO_ON.later(context.cloud.clock, 0, { ...about, abandoned });
}

/** No one completed the action in time: the hook's default result decides. */
export function timeOut(context: AutoScalingContext, group: Group, member: Member, what: Deadline): void {
  const action = member.actions?.find(({ token }) => token === what.token);
  if (action?.deadline !== what.deadline) return;
  const result = group.hooks[action.hook]?.defaultResult ?? "ABANDON";
  complete(context, group, member, what.token, result, "Heartbeat Timeout");
}
