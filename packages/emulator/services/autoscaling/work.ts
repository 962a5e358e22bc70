/** All of Auto Scaling's background work. */
import type { WorkKind } from "../../background";
import { adjust, CHECK_HEALTH, checkHealth } from "./capacity";
import { goOnEntering, WATCH_LAUNCH, watchLaunch } from "./entering";
import { goOnLeaving, WATCH_TERMINATION, watchTermination } from "./leaving";
import { REFRESH, refreshStep } from "./refreshing";
import { isLeaving, memberOf, type Group, type Member } from "./state";
import { GO_ON, TIME_OUT, timeOut } from "./waiting";
import { ADJUST, TRY_AGAIN, type OneGroup, type OneMember, type AutoScalingContext } from "./scheduling";

/** Call this once for each cloud. Work for a deleted group or instance does nothing. */
export function handleAutoScalingWork(context: AutoScalingContext): void {
  const onGroup = <T extends OneGroup>(
    kind: WorkKind<T>,
    run: (group: Group, what: T) => void | Promise<void>,
  ): void =>
    kind.handle(context.cloud.clock, async (what) => {
      const group = Object.values(context.state.groups).find(({ arn }) => arn === what.arn);
      if (group !== undefined) await run(group, what);
    });
  const onMember = <T extends OneMember>(
    kind: WorkKind<T>,
    run: (group: Group, member: Member, what: T) => void,
  ): void =>
    onGroup(kind, (group, what) => {
      const member = memberOf(group, what.instanceId);
      if (member !== undefined) run(group, member, what);
    });
  onGroup(ADJUST, (group) => adjust(context, group));
  onGroup(TRY_AGAIN, (group) => {
    group.pausing = false;
    return adjust(context, group);
  });
  onGroup(CHECK_HEALTH, (group) => checkHealth(context, group));
  onGroup(WATCH_LAUNCH, (group, what) => watchLaunch(context, group, what));
  onGroup(WATCH_TERMINATION, (group, what) => watchTermination(context, group, what));
  onGroup(REFRESH, (group, what) => refreshStep(context, group, what.id));
  onMember(TIME_OUT, (group, member, what) => timeOut(context, group, member, what));
  onMember(GO_ON, (group, member, { abandoned }) => {
    if (isLeaving(member.lifecycle)) goOnLeaving(context, group, member);
    else if (member.lifecycle === "Pending:Wait") goOnEntering(context, group, member, abandoned);
  });
}
