import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { must } from "../../core/must";
import type { Place, RefreshPreferences } from "../../topology";
import { isAlreadyDone, unlessDone } from "./already-done";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { parts } from "./gather";
import type { GroupMember, GroupsPort, RefreshView } from "./ports";
import { sdk } from "./sdk";

/** Maximum number of values of one Describe filter. Source: EC2 API reference, DescribeInstances ("filter values"). */
const FILTER_VALUES = 200;

/** Number of a group's newest refreshes that are read. Source of the order: DescribeInstanceRefreshes, newest first. */
const REFRESHES = 10;

const PROTECTED = { wait: "Wait", replace: "Refresh", ignore: "Ignore" } as const;
const STANDBY = { wait: "Wait", terminate: "Terminate", ignore: "Ignore" } as const;

/** The port on real EC2 Auto Scaling, and on EC2, because only EC2 returns the image of an instance. */
export function groupsPort(place: Place, entry: Entry): GroupsPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const groups = sdk.autoScaling();
    return { groups, client: clientOf(groups.AutoScalingClient, place.region, entry) };
  });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });

  return {
    async group(name) {
      const { groups, client } = load();
      const answer = await call(site(`DescribeAutoScalingGroups ${name}`), () =>
        client.send(new groups.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })),
      );
      const found = answer.AutoScalingGroups?.[0];
      if (found === undefined) return undefined;
      const templateVersion = versionOf(found);
      return {
        name,
        desired: found.DesiredCapacity ?? 0,
        ...(templateVersion === undefined ? {} : { templateVersion }),
        members: await membersOf(found),
      };
    },

    async refreshes(name) {
      const { groups, client } = load();
      try {
        const answer = await call(site(`DescribeInstanceRefreshes ${name}`), () =>
          client.send(
            new groups.DescribeInstanceRefreshesCommand({
              AutoScalingGroupName: name,
              MaxRecords: REFRESHES,
            }),
          ),
        );
        return (answer.InstanceRefreshes ?? []).map(toRefresh);
      } catch (error) {
        // A group that does not exist yet.
        if (isAwsError(error, "ValidationError")) return [];
        throw error;
      }
    },

    async startRefresh(name, preferences) {
      const { groups, client } = load();
      try {
        const answer = await call(site(`StartInstanceRefresh ${name}`), () =>
          client.send(
            new groups.StartInstanceRefreshCommand({
              AutoScalingGroupName: name,
              Strategy: "Rolling",
              Preferences: toPreferences(preferences),
            }),
          ),
        );
        return answer.InstanceRefreshId;
      } catch (error) {
        if (isAlreadyDone(error)) return undefined;
        throw error;
      }
    },

    async cancelRefresh(name) {
      const { groups, client } = load();
      return unlessDone(() =>
        call(site(`CancelInstanceRefresh ${name}`), () =>
          client.send(new groups.CancelInstanceRefreshCommand({ AutoScalingGroupName: name })),
        ),
      );
    },
  };

  async function membersOf({ Instances = [] }: AutoScalingGroup): Promise<readonly GroupMember[]> {
    const images = await imagesOf(Instances.map(({ InstanceId = "" }) => InstanceId));
    return Instances.map((instance) => {
      const { InstanceId = "", LifecycleState = "", HealthStatus, LaunchTemplate } = instance;
      const imageId = instance.ImageId ?? images.get(InstanceId);
      return {
        instanceId: InstanceId,
        ...(imageId === undefined ? {} : { imageId }),
        lifecycle: LifecycleState,
        isHealthy: HealthStatus === "Healthy",
        isProtected: instance.ProtectedFromScaleIn === true,
        ...(LaunchTemplate?.Version === undefined ? {} : { templateVersion: LaunchTemplate.Version }),
      };
    });
  }

  async function imagesOf(instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { ec2, client } = loadEc2();
    const images = new Map<string, string>();
    for (const part of parts(instanceIds, FILTER_VALUES)) {
      await call(site("DescribeInstances"), async () => {
        // A filter instead of ids, so that an instance that no longer exists is not an error.
        const Filters = [{ Name: "instance-id", Values: [...part] }];
        for await (const page of ec2.paginateDescribeInstances({ client }, { Filters })) {
          for (const { InstanceId = "", ImageId = "" } of (page.Reservations ?? []).flatMap(
            ({ Instances = [] }) => Instances,
          ))
            images.set(InstanceId, ImageId);
        }
      });
    }
    return images;
  }
}

/** Only a version number shows whether an instance has the same version; `$Latest` and `$Default` do not. */
function versionOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup): string | undefined {
  const mixed = MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const version = (LaunchTemplate ?? mixed)?.Version;
  return version !== undefined && /^\d+$/.test(version) ? version : undefined;
}

function toRefresh(refresh: InstanceRefresh): RefreshView {
  const { StatusReason, EndTime } = refresh;
  return {
    id: must(refresh.InstanceRefreshId, "InstanceRefreshId of DescribeInstanceRefreshes"),
    status: must(refresh.Status, "Status of DescribeInstanceRefreshes"),
    ...(StatusReason === undefined ? {} : { reason: StatusReason }),
    startedAt: refresh.StartTime?.toISOString() ?? "",
    ...(EndTime === undefined ? {} : { endedAt: EndTime.toISOString() }),
    percent: refresh.PercentageComplete ?? 0,
    instancesLeft: refresh.InstancesToUpdate ?? 0,
  };
}

function toPreferences(preferences: RefreshPreferences) {
  const { checkpoints, alarms, protectedInstances, standbyInstances } = preferences;
  return {
    MinHealthyPercentage: preferences.minHealthyPercentage,
    MaxHealthyPercentage: preferences.maxHealthyPercentage,
    InstanceWarmup: preferences.instanceWarmupSeconds,
    CheckpointPercentages: checkpoints?.percentages,
    CheckpointDelay: checkpoints?.delaySeconds,
    BakeTime: preferences.bakeSeconds,
    AlarmSpecification: alarms === undefined ? undefined : { Alarms: alarms },
    ScaleInProtectedInstances: protectedInstances && PROTECTED[protectedInstances],
    StandbyInstances: standbyInstances && STANDBY[standbyInstances],
  };
}
