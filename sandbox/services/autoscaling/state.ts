/** Everything Auto Scaling knows, as plain data. */
import type { JsonObject } from "../../contract";
import type { TemplateReference } from "../ec2/instances/template";

/** Source: Auto Scaling API reference, "Instance". Only the states that occur without hooks and warm pools. */
export type LifecycleState = "Pending" | "InService" | "Terminating";

export interface Member {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly imageId: string;
  /** The launch template version that it was made from. */
  readonly template: Required<TemplateReference>;
  lifecycle: LifecycleState;
  healthy: boolean;
  protectedFromScaleIn: boolean;
}

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  /** Whether new instances get it. */
  readonly propagate: boolean;
}

export type ActivityStatus = "PreInService" | "InProgress" | "Successful" | "Failed" | "Cancelled";

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
  /** As given: its version may be `$Latest` or `$Default`, which is resolved at each launch. */
  template: TemplateReference;
  /** Instance type that a mixed instances policy puts in place of the template's. */
  instanceType?: string;
  min: number;
  max: number;
  desired: number;
  /** Subnets to launch into; empty for the default subnets of the zones. */
  subnetIds: readonly string[];
  zones: readonly string[];
  /** Members that are stored and shown as they were given. */
  settings: JsonObject;
  tags: Readonly<Record<string, GroupTag>>;
  suspended: readonly string[];
  metrics: readonly string[];
  members: Member[];
  /** Newest first. */
  activities: Activity[];
  deleting: boolean;
  /** Launches that failed in a row; the pause before the next grows with it. */
  failures: number;
  /** Whether such a pause is on. */
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

/** Members that are not on their way out. */
export function staying(group: Group): readonly Member[] {
  return group.members.filter((member) => member.lifecycle !== "Terminating");
}
