/** All of Auto Scaling's background work. */
import type { WorkKind } from "../../background";
import { adjust, CHECK_HEALTH, checkHealth } from "./capacity";
import { goOnEntering, WATCH_LAUNCH, watchLaunch } from "./entering";
import { goOnLeaving, WATCH_TERMINATION, watchTermination } from "./leaving";
import { REFRESH, refreshStep } from "./refreshing";
import { isLeaving, memberOf, type Group, type Member } from "./state";
import { GO_ON, TIME_OUT, timeOut } from "./waiting";
import { ADJUST, TRY_AGAIN, type OneGroup, type OneMember, type Workshop } from "./workshop";

/** To be called once for each cloud. Work for a group or an instance that is gone is void. */
export function handleAutoScalingWork(shop: Workshop): void {
  const onGroup = <T extends OneGroup>(
    kind: WorkKind<T>,
    run: (group: Group, what: T) => void | Promise<void>,
  ): void =>
    kind.handle(shop.cloud.clock, async (what) => {
      const group = Object.values(shop.state.groups).find(({ arn }) => arn === what.arn);
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
  onGroup(ADJUST, (group) => adjust(shop, group));
  onGroup(TRY_AGAIN, (group) => {
    group.pausing = false;
    return adjust(shop, group);
  });
  onGroup(CHECK_HEALTH, (group) => checkHealth(shop, group));
  onGroup(WATCH_LAUNCH, (group, what) => watchLaunch(shop, group, what));
  onGroup(WATCH_TERMINATION, (group, what) => watchTermination(shop, group, what));
  onGroup(REFRESH, (group, what) => refreshStep(shop, group, what.id));
  onMember(TIME_OUT, (group, member, what) => timeOut(shop, group, member, what));
  onMember(GO_ON, (group, member, { abandoned }) => {
    if (isLeaving(member.lifecycle)) goOnLeaving(shop, group, member);
    else if (member.lifecycle === "Pending:Wait") goOnEntering(shop, group, member, abandoned);
  });
}
