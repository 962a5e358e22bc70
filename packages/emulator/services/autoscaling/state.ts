/** Auto Scaling's entire state, as plain data. */
import type { JsonObject } from "../../contract";
import type { TemplateReference } from "../ec2/instances/template";

/** Source: Auto Scaling API reference, "Instance". Only the states that occur without warm pools. */
export type LifecycleState =
  | "Pending"
  | "Pending:Wait"
  | "Pending:Proceed"
  | "InService"
  | "Standby"
  | "Terminating"
  | "Terminating:Wait"
  | "Terminating:Proceed";

export interface Member {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly imageId: string;
  /** The launch template version that it was created from. */
  readonly template?: Required<TemplateReference>;
  lifecycle: LifecycleState;
  healthy: boolean;
  protectedFromScaleIn: boolean;
  /** Units of capacity that it counts for. */
  readonly weight: number;
  readonly isSpot: boolean;
  inServiceAt?: string;
  /** The activity of its launch or termination. */
  activityId?: string;
  /** Hooks that it waits for. */
  actions?: readonly LifecycleAction[];
}

/** A hook that an instance waits for. */
export interface LifecycleAction {
  readonly hook: string;
  readonly token: string;
  readonly startedAt: string;
  /** When it times out; later with each heartbeat. */
  readonly deadline: string;
}

export type Transition = "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";

export interface LifecycleHook {
  readonly name: string;
  readonly transition: Transition;
  /** Seconds. */
  readonly heartbeatTimeout: number;
  readonly defaultResult: "CONTINUE" | "ABANDON";
  readonly metadata?: string;
}

/** One launch option: an override of a mixed instances policy, or the template alone. */
export interface LaunchOption {
  /** As given: its version may be `$Latest` or `$Default`, which is resolved at each launch. */
  readonly template: TemplateReference;
  readonly instanceType?: string;
  readonly imageId?: string;
  /** Requirements for the instance type, with EC2's member names. @default - `instanceType`, or what the template says */
  readonly requirements?: JsonObject;
  readonly weight: number;
}

/** What a group launches. */
export interface Configuration {
  readonly template: TemplateReference;
  /** Tried in order; never empty. */
  readonly options: readonly LaunchOption[];
  /** The policy as given. @default - a launch template alone */
  readonly mixed?: JsonObject;
  readonly onDemandBase: number;
  /** Percentage of the capacity above the base; the rest is Spot. */
  readonly onDemandPercentage: number;
}

export type RefreshStatus =
  | "Pending"
  | "InProgress"
  | "Successful"
  | "Failed"
  | "Cancelling"
  | "Cancelled"
  | "RollbackInProgress"
  | "RollbackFailed"
  | "RollbackSuccessful"
  | "Baking";

/** Source: Auto Scaling API reference, "InstanceRefresh" and "RefreshPreferences". */
export interface InstanceRefresh {
  readonly id: string;
  readonly preferences: RefreshPreferences;
  /**
   * What the group launches from now on, and keeps launching when the refresh is complete. @default - what it launches
   * already
   */
  readonly desired?: Configuration;
  readonly desiredAnswer?: JsonObject;
  status: RefreshStatus;
  reason?: string;
  readonly startTime: string;
  endTime?: string;
  /** Ids of the instances that are still to be replaced. */
  remaining: readonly string[];
  /** How many there were at the start. */
  total: number;
  /** Seconds of work time since an instance was last replaced; too many end the refresh. Timestamps are not scaled. */
  waited: number;
  /** Instance id -> seconds of work time during which the refresh has seen it in service. */
  readonly inService: Record<string, number>;
  /** Units of capacity above the desired one: launched before others are terminated. */
  extra: number;
  /** How many checkpoints it has passed. */
  passed: number;
  /** Remaining seconds of work time of the pause at the last checkpoint. */
  pause: number;
  rollback?: { readonly reason: string; readonly startTime: string; readonly percentage: number };
}

export interface RefreshPreferences {
  /** 0 to 100. */
  readonly minHealthyPercentage: number;
  /** 100 to 200. */
  readonly maxHealthyPercentage: number;
  /** Seconds. */
  readonly instanceWarmup: number;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly protectedInstances: "Refresh" | "Ignore" | "Wait";
  readonly standbyInstances: "Terminate" | "Ignore" | "Wait";
  /** Seconds. */
  readonly bakeTime: number;
  /** @default - no checkpoints: everything is replaced without a pause */
  readonly checkpoints?: Checkpoints;
}

export interface Checkpoints {
  /** Ascending, 1 to 100; if the last one is below 100, the remaining instances are not replaced. */
  readonly percentages: readonly number[];
  /** Seconds. */
  readonly delay: number;
}

/** Stored and returned; nothing triggers it here. */
export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly answer: JsonObject;
}

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  /** Whether new instances get it. */
  readonly propagate: boolean;
}

export type ActivityStatus =
  "PreInService" | "InProgress" | "MidLifecycleAction" | "Successful" | "Failed" | "Cancelled";

export interface Activity {
  readonly activityId: string;
  readonly cause: string;
  readonly startTime: string;
  description: string;
  details: string;
  endTime?: string;
  status: ActivityStatus;
  statusMessage?: string;
  /** 0 to 100. */
  progress: number;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly createdTime: string;
  readonly serviceLinkedRoleArn: string;
  configuration: Configuration;
  min: number;
  max: number;
  desired: number;
  /** Subnets to launch into; empty for the default subnets of the zones. */
  subnetIds: readonly string[];
  zones: readonly string[];
  /** Members that are stored and returned as given. */
  settings: JsonObject;
  tags: Readonly<Record<string, GroupTag>>;
  suspended: readonly string[];
  metrics: readonly string[];
  members: Member[];
  hooks: Readonly<Record<string, LifecycleHook>>;
  policies: Readonly<Record<string, ScalingPolicy>>;
  /** Newest first. */
  refreshes: readonly InstanceRefresh[];
  /** Newest first. */
  activities: Activity[];
  deleting: boolean;
  /** Consecutive failed launches; the pause before the next one grows with them. */
  failures: number;
  /** Whether such a pause is in effect. */
  pausing: boolean;
}

export interface AutoScalingState {
  /** `account/region/name` -> group. */
  readonly groups: Record<string, Group>;
}

export function emptyAutoScalingState(): AutoScalingState {
  return { groups: {} };
}

export function groupKey(account: string, region: string, name: string): string {
  return `${account}/${region}/${name}`;
}

/** Whether the group is still the registered one; background work of a deleted group stops. */
export function isRegistered(state: AutoScalingState, group: Group): boolean {
  return state.groups[groupKey(group.account, group.region, group.name)] === group;
}

/** Members that count towards the capacity: neither terminating nor in standby. */
export function staying(group: Group): readonly Member[] {
  return group.members.filter(({ lifecycle }) => lifecycle !== "Standby" && !isLeaving(lifecycle));
}

export function isLeaving(lifecycle: LifecycleState): boolean {
  return lifecycle.startsWith("Terminating");
}

/** Units of capacity. */
export function weightOf(members: readonly Member[]): number {
  return members.reduce((sum, { weight }) => sum + weight, 0);
}

export function memberOf(group: Group, instanceId: string): Member | undefined {
  return group.members.find((member) => member.instanceId === instanceId);
}

/** The refresh, or the rollback of one, that is in progress. */
export function activeRefresh(group: Group): InstanceRefresh | undefined {
  const [newest] = group.refreshes;
  return newest !== undefined && newest.endTime === undefined ? newest : undefined;
}

/** Units of capacity that the group should have now: more than desired while a refresh launches before it terminates. */
export function targetCapacity(group: Group): number {
  return group.desired + (activeRefresh(group)?.extra ?? 0);
}

/** What new instances are launched from: a refresh in progress decides, unless it is being rolled back. */
export function launchConfiguration(group: Group): Configuration {
  const refresh = activeRefresh(group);
  const isForward =
    refresh !== undefined && refresh.rollback === undefined && refresh.status !== "Cancelling";
  return (isForward ? refresh.desired : undefined) ?? group.configuration;
}
