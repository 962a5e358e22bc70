/** How instances are added to a group: launched under the service-linked role, watched, held by hooks, in service. */
import { workKind } from "../../background";
import { AwsError } from "../../contract";
import { launch } from "../ec2/instances/launch";
import { findTemplate, type FoundTemplate } from "../ec2/instances/template";
import type { Instance } from "../ec2/state";
import { beginActivity, endActivity, endActivityOf } from "./activities";
import { chosenType } from "./instance-requirements";
import { nextMarket, serviceLinkedRole, specificationOf } from "./launching";
import { dismiss } from "./leaving";
import {
  isRegistered,
  launchConfiguration,
  memberOf,
  staying,
  weightOf,
  type Activity,
  type Group,
  type LaunchOption,
  type Member,
} from "./state";
import { waitForHooks } from "./waiting";
import { removeMember, pause, WATCH_SECONDS, type OneMember, type AutoScalingContext } from "./scheduling";

export const WATCH_LAUNCH = workKind<OneMember>("autoscaling:watch-launch");

interface Launched {
  readonly instance: Instance;
  readonly template: FoundTemplate;
  readonly option: LaunchOption;
  readonly isSpot: boolean;
}

/**
 * True when an instance was launched; the instance is then watched.
 * @param isMissing checked again after the last wait
 */
export async function launchOne(
  context: AutoScalingContext,
  group: Group,
  isMissing: () => boolean,
): Promise<boolean> {
  const { clock } = context.cloud;
  const count = weightOf(staying(group));
  const activity = beginActivity(
    group,
    clock,
    "Launching a new EC2 instance",
    `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${count} to ${count + 1}.`,
  );
  try {
    const launched = await launchAny(context, group, () => isRegistered(context.state, group) && isMissing());
    if (launched === undefined) {
      endActivity(activity, clock, "Cancelled", "The desired capacity has changed.");
      return false;
    }
    join(group, activity, launched);
    WATCH_LAUNCH.later(clock, WATCH_SECONDS, {
      arn: group.arn,
      instanceId: launched.instance.instanceId,
    });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    endActivity(activity, clock, "Failed", `${error.message} Launching EC2 instance failed.`);
    pause(context, group);
    return false;
  }
}

/** The first option that EC2 accepts. @throws the error for the last option when EC2 accepts none */
async function launchAny(
  context: AutoScalingContext,
  group: Group,
  stillWanted: () => boolean,
): Promise<Launched | undefined> {
  const { ec2, cloud } = context;
  const configuration = launchConfiguration(group);
  const launcher = await serviceLinkedRole(cloud, group);
  const isSpot = nextMarket(group, configuration) === "spot";
  let refusal: AwsError | undefined;
  for (const option of configuration.options) {
    try {
      const template = findTemplate(ec2, group, option.template);
      const instanceType = await chosenType(context, group, option, template);
      const specification = specificationOf(group, { ...option, instanceType }, template);
      const request = { launcher, region: group.region, specification, count: 1, isSpot };
      const [instance] = await launch(ec2, cloud, request, stillWanted);
      return instance && { instance, template, option, isSpot };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new AwsError("ValidationError", "The group has nothing to launch.");
}

function join(group: Group, activity: Activity, { instance, template, option, isSpot }: Launched): void {
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
    weight: option.weight,
    isSpot,
    activityId: activity.activityId,
  });
}

/** Until the instance is running or has ended. */
export function watchLaunch(context: AutoScalingContext, group: Group, what: OneMember): void {
  const { clock } = context.cloud;
  const member = memberOf(group, what.instanceId);
  const instance = context.ec2.instances[what.instanceId];
  if (member?.lifecycle !== "Pending") return;
  if (instance?.state === "pending") {
    WATCH_LAUNCH.later(clock, WATCH_SECONDS, what);
  } else if (instance?.state === "running") {
    group.failures = 0;
    if (waitForHooks(context, group, member, "autoscaling:EC2_INSTANCE_LAUNCHING")) {
      member.lifecycle = "Pending:Wait";
      endActivityOf(group, member, clock, "MidLifecycleAction");
    } else {
      enterService(context, group, member);
    }
  } else {
    const reason = instance?.stateReason?.message ?? "";
    const message = `Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${reason}`;
    endActivityOf(group, member, clock, "Cancelled", message);
    removeMember(context, group, what.instanceId);
    pause(context, group);
  }
}

/** After its hooks: in service, or abandoned and replaced. */
export function goOnEntering(
  context: AutoScalingContext,
  group: Group,
  member: Member,
  abandoned: string | undefined,
): void {
  if (abandoned === undefined) {
    member.lifecycle = "Pending:Proceed";
    enterService(context, group, member);
    return;
  }
  endActivityOf(group, member, context.cloud.clock, "Cancelled", abandoned);
  dismiss(context, group, member, "an instance was taken out of service in response to a lifecycle action.");
}

function enterService(context: AutoScalingContext, group: Group, member: Member): void {
  member.lifecycle = "InService";
  member.inServiceAt = context.cloud.clock.now().toISOString();
  endActivityOf(group, member, context.cloud.clock, "Successful");
}
