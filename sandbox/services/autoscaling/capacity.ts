/** Brings a group's instances to its desired capacity, on the clock, under the service-linked role. */
import { workKind, type WorkKind } from "../../background";
import type { Cloud } from "../../contract";
import { AwsError } from "../../contract";
import { launch } from "../ec2/instances/launch";
import { terminate, USER_SHUTDOWN } from "../ec2/instances/lifecycle";
import { findTemplate, type FoundTemplate } from "../ec2/instances/template";
import type { Ec2State, Instance } from "../ec2/state";
import { serviceLinkedRole, specificationOf } from "./launching";
import { beginActivity, endActivity } from "./activities";
import {
  groupKey,
  isRegistered,
  staying,
  type Activity,
  type ActivityStatus,
  type AutoScalingState,
  type Group,
  type Member,
} from "./state";

/** Seconds of the cloud's clock. */
const REACTION_SECONDS = 2;
const WATCH_SECONDS = 3;
const HEALTH_CHECK_SECONDS = 60;
/** Pause after a failed launch; doubles with every further one. */
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 900;

/** What works on groups: their state, EC2's, and the cloud. */
export interface Workshop {
  readonly state: AutoScalingState;
  readonly ec2: Ec2State;
  readonly cloud: Cloud;
}

/** After a change that somebody asked for: an earlier failure no longer holds the group back. */
export function capacityChanged(shop: Workshop, group: Group): void {
  group.failures = 0;
  group.pausing = false;
  soon(shop, group);
}

function soon(shop: Workshop, group: Group, seconds = REACTION_SECONDS): void {
  ADJUST.later(shop.cloud.clock, seconds, { arn: group.arn });
}

interface OneGroup {
  readonly arn: string;
}

/** An instance on its way into a group or out of it, and the activity that tells of it. */
interface Passage extends OneGroup {
  readonly instanceId: string;
  readonly activityId: string;
}

const ADJUST = workKind<OneGroup>("autoscaling:adjust");
const CHECK_HEALTH = workKind<OneGroup>("autoscaling:check-health");
const TRY_AGAIN = workKind<OneGroup>("autoscaling:try-again");
const WATCH_LAUNCH = workKind<Passage>("autoscaling:watch-launch");
const WATCH_TERMINATION = workKind<Passage>("autoscaling:watch-termination");

/** Tells the clock how to go on with groups; work for one that is gone is void. */
export function handleAutoScalingWork(shop: Workshop): void {
  const onGroup = <T extends OneGroup>(
    kind: WorkKind<T>,
    run: (group: Group, what: T) => void | Promise<void>,
  ): void =>
    kind.handle(shop.cloud.clock, async (what) => {
      const group = Object.values(shop.state.groups).find(({ arn }) => arn === what.arn);
      if (group !== undefined) await run(group, what);
    });
  onGroup(ADJUST, (group) => adjust(shop, group));
  onGroup(CHECK_HEALTH, (group) => checkHealth(shop, group));
  onGroup(TRY_AGAIN, (group) => {
    group.pausing = false;
    return adjust(shop, group);
  });
  onGroup(WATCH_LAUNCH, (group, passage) => watchLaunch(shop, group, passage));
  onGroup(WATCH_TERMINATION, (group, passage) => watchTermination(shop, group, passage));
}

function passageOf(group: Group, instanceId: string, { activityId }: Activity): Passage {
  return { arn: group.arn, instanceId, activityId };
}

/** The newest activities are kept; one that has gone needs no end. */
function endPassage(
  shop: Workshop,
  group: Group,
  passage: Passage,
  status: ActivityStatus,
  message?: string,
): void {
  const activity = group.activities.find(({ activityId }) => activityId === passage.activityId);
  if (activity !== undefined) endActivity(activity, shop.cloud.clock, status, message);
}

/** Replaces instances that are gone, for as long as the group lives. */
export function watchHealth(shop: Workshop, group: Group): void {
  CHECK_HEALTH.later(shop.cloud.clock, HEALTH_CHECK_SECONDS, { arn: group.arn });
}

function checkHealth(shop: Workshop, group: Group): void {
  for (const member of group.members) {
    if (member.lifecycle === "InService" && shop.ec2.instances[member.instanceId]?.state !== "running") {
      member.healthy = false;
      dismiss(
        shop,
        group,
        member,
        "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.",
      );
    }
  }
  if (group.members.length !== group.desired) soon(shop, group);
  watchHealth(shop, group);
}

/** One pass: launches what is missing, dismisses what is too much. */
async function adjust(shop: Workshop, group: Group): Promise<void> {
  while (missing(group) > 0 && (await launchOne(shop, group)));
  for (const member of surplus(group)) {
    dismiss(
      shop,
      group,
      member,
      `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity to ${group.desired}.`,
    );
  }
  removeIfEmpty(shop.state, group);
}

/** Instances to launch now; none while the group pauses, is suspended or is being deleted. */
function missing(group: Group): number {
  if (group.deleting || group.pausing || group.suspended.includes("Launch")) return 0;
  return group.desired - staying(group).length;
}

function surplus(group: Group): readonly Member[] {
  if (group.deleting) return staying(group);
  if (group.suspended.includes("Terminate")) return [];
  const count = staying(group).length - group.desired;
  return count <= 0
    ? []
    : staying(group)
        .filter((member) => !member.protectedFromScaleIn)
        .slice(0, count);
}

/** True when an instance was launched; what becomes of it is watched. */
async function launchOne(shop: Workshop, group: Group): Promise<boolean> {
  const { cloud, ec2 } = shop;
  const count = staying(group).length;
  const activity = beginActivity(
    group,
    cloud.clock,
    "Launching a new EC2 instance",
    `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${count} to ${count + 1}.`,
  );
  try {
    const template = findTemplate(ec2, group, group.template);
    const launcher = await serviceLinkedRole(cloud, group.account);
    const [instance] = await launch(
      ec2,
      cloud,
      { launcher, region: group.region, specification: specificationOf(group, template), count: 1 },
      () => isRegistered(shop.state, group) && missing(group) > 0,
    );
    if (instance === undefined) {
      endActivity(activity, cloud.clock, "Cancelled", "The desired capacity has changed.");
      return false;
    }
    join(group, activity, instance, template);
    WATCH_LAUNCH.later(cloud.clock, WATCH_SECONDS, passageOf(group, instance.instanceId, activity));
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    endActivity(activity, cloud.clock, "Failed", `${error.message} Launching EC2 instance failed.`);
    pause(shop, group);
    return false;
  }
}

function join(group: Group, activity: Activity, instance: Instance, template: FoundTemplate): void {
  activity.description = `Launching a new EC2 instance: ${instance.instanceId}`;
  activity.details = JSON.stringify({
    "Subnet ID": instance.subnetId,
    "Availability Zone": instance.availabilityZone,
  });
  activity.status = "PreInService";
  activity.progress = 30;
  group.members.push({
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    availabilityZone: instance.availabilityZone,
    imageId: instance.imageId,
    template: { id: template.id, name: template.name, version: template.version },
    lifecycle: "Pending",
    healthy: true,
    protectedFromScaleIn: group.settings.NewInstancesProtectedFromScaleIn === "true",
  });
}

/** Until the instance runs or has ended. */
function watchLaunch(shop: Workshop, group: Group, passage: Passage): void {
  const { instanceId } = passage;
  const member = group.members.find((candidate) => candidate.instanceId === instanceId);
  const instance = shop.ec2.instances[instanceId];
  if (instance?.state === "pending") {
    WATCH_LAUNCH.later(shop.cloud.clock, WATCH_SECONDS, passage);
  } else if (instance?.state === "running") {
    if (member?.lifecycle === "Pending") member.lifecycle = "InService";
    endPassage(shop, group, passage, "Successful");
    group.failures = 0;
  } else {
    leave(shop, group, instanceId);
    const reason = instance?.stateReason?.message ?? "";
    const message = `Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${reason}`;
    endPassage(shop, group, passage, "Cancelled", message);
    if (member?.lifecycle === "Pending") pause(shop, group);
  }
}

/** Terminates a member; it is listed until its instance has ended. */
export function dismiss(shop: Workshop, group: Group, member: Member, cause: string): Activity {
  const { clock } = shop.cloud;
  const activity = beginActivity(group, clock, `Terminating EC2 instance: ${member.instanceId}`, cause);
  member.lifecycle = "Terminating";
  const instance = shop.ec2.instances[member.instanceId];
  if (instance !== undefined) terminate(shop.cloud, instance, USER_SHUTDOWN);
  WATCH_TERMINATION.later(clock, WATCH_SECONDS, passageOf(group, member.instanceId, activity));
  return activity;
}

function watchTermination(shop: Workshop, group: Group, passage: Passage): void {
  const instance = shop.ec2.instances[passage.instanceId];
  if (instance !== undefined && instance.state !== "terminated") {
    WATCH_TERMINATION.later(shop.cloud.clock, WATCH_SECONDS, passage);
    return;
  }
  endPassage(shop, group, passage, "Successful");
  leave(shop, group, passage.instanceId);
  soon(shop, group);
}

function leave(shop: Workshop, group: Group, instanceId: string): void {
  group.members = group.members.filter((member) => member.instanceId !== instanceId);
  removeIfEmpty(shop.state, group);
}

/** After a failure the group waits before it tries again, longer each time. */
function pause(shop: Workshop, group: Group): void {
  if (group.pausing) return;
  const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** group.failures, LONGEST_PAUSE_SECONDS);
  group.failures += 1;
  group.pausing = true;
  TRY_AGAIN.later(shop.cloud.clock, seconds, { arn: group.arn });
}

/** A group that is being deleted goes with its last instance. */
export function removeIfEmpty(state: AutoScalingState, group: Group): void {
  if (group.deleting && group.members.length === 0 && isRegistered(state, group)) {
    delete state.groups[groupKey(group.account, group.region, group.name)];
  }
}
