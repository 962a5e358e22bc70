/** The pace of an instance refresh: determined by the healthy percentages and by its checkpoints. */
import { memberOf, staying, weightOf, type Group, type InstanceRefresh, type Member } from "./state";

/**
 * How many instances may be out of service. If the percentages allow none, it is one at a time, when all are in
 * service. Source: Auto Scaling API reference, RefreshPreferences: a percentage of the desired capacity, rounded up.
 */
export function mayGo(group: Group, refresh: InstanceRefresh, isMoving: boolean): number {
  const members = staying(group);
  const ready = members.filter((member) => isReady(refresh, member));
  const needed = share(group, refresh.preferences.minHealthyPercentage);
  const heaviest = Math.max(1, ...members.map(({ weight }) => weight));
  const spare = Math.floor((weightOf(ready) - needed) / heaviest);
  const isWhole = weightOf(members) >= group.desired && ready.length === members.length;
  return Math.max(spare, isWhole && !isMoving && roomAbove(group, refresh) === 0 ? 1 : 0);
}

/**
 * Units that are launched before others are terminated: up to the maximum healthy percentage, which counts instances in
 * service and pending ones, and no more than are still to be replaced.
 */
export function extraCapacity(group: Group, refresh: InstanceRefresh, toReplace: readonly Member[]): number {
  return Math.min(roomAbove(group, refresh), weightOf(toReplace));
}

function roomAbove(group: Group, { preferences }: InstanceRefresh): number {
  return share(group, preferences.maxHealthyPercentage) - group.desired;
}

function share({ desired }: Group, percentage: number): number {
  return Math.ceil((desired * percentage) / 100);
}

/** In service, healthy and, if new, warmed up. */
export function isReady(refresh: InstanceRefresh, member: Member): boolean {
  if (member.lifecycle !== "InService" || !member.healthy) return false;
  const since = Date.parse(member.inServiceAt ?? "");
  if (Number.isNaN(since) || since < Date.parse(refresh.startTime)) return true;
  return (refresh.inService[member.instanceId] ?? 0) >= refresh.preferences.instanceWarmup;
}

/**
 * Whether a refresh pauses at a checkpoint: the share of instances that are new and warmed up has reached it.
 * Checkpoints that are reached at the same time cause one pause, and the last one causes none. Source: Auto Scaling
 * user guide, "Add checkpoints to an instance refresh".
 * @param seconds that have passed since the last check
 */
export function isPaused(group: Group, refresh: InstanceRefresh, seconds: number): boolean {
  const checkpoints = checkpointsOf(refresh);
  if (checkpoints === undefined) return false;
  refresh.pause = Math.max(0, refresh.pause - seconds);
  const { percentages, delay } = checkpoints;
  const reached = percentages.filter((percentage) => percentage <= renewed(group, refresh)).length;
  if (reached > refresh.passed) {
    refresh.passed = reached;
    refresh.pause = reached === percentages.length ? 0 : delay;
  }
  if (refresh.pause > 0) refresh.waited = 0;
  return refresh.pause > 0;
}

/** The last checkpoint was reached: instances that are not replaced by then are kept. */
export function isAtLastCheckpoint(group: Group, refresh: InstanceRefresh): boolean {
  const last = checkpointsOf(refresh)?.percentages.at(-1);
  return last !== undefined && renewed(group, refresh) >= last;
}

/** How many more instances may be replaced before the next checkpoint. */
export function allowance(refresh: InstanceRefresh): number {
  const next = checkpointsOf(refresh)?.percentages[refresh.passed] ?? 100;
  const { total, remaining } = refresh;
  return Math.max(0, Math.ceil((total * next) / 100) - (total - remaining.length));
}

/** Checkpoints apply only to a refresh, not to its rollback. */
function checkpointsOf({ preferences, rollback }: InstanceRefresh) {
  return rollback === undefined ? preferences.checkpoints : undefined;
}

/** In percent: replaced instances, without those whose replacement is missing or still warming up. */
function renewed(group: Group, refresh: InstanceRefresh): number {
  const { total, remaining } = refresh;
  if (total === 0) return 100;
  const isOld = ({ instanceId }: Member) => remaining.includes(instanceId);
  const ready = staying(group).filter((member) => isReady(refresh, member) && !isOld(member)).length;
  const old = remaining.filter((instanceId) => memberOf(group, instanceId) !== undefined).length;
  const missing = Math.max(0, group.desired - old - ready);
  return (100 * Math.max(0, total - remaining.length - missing)) / total;
}
