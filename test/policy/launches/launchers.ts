import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateFleetCommand, RequestSpotFleetCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { REGION, WORKERS, type Launched, type LaunchStage } from "./stage";

/** Every way to launch instances from a template of the account WORKERS. */

/** Name of a role that launches instances with its own permissions, like Karpenter's controller. */
export const CONTROLLER = "controller";

type Launch = (stage: LaunchStage, template: string) => Promise<Launched>;

/** RunInstances, as the role. */
export const runInstances =
  (market: "on-demand" | "spot"): Launch =>
  async (stage, template) => {
    const { ec2 } = await stage.as(CONTROLLER);
    const command = new RunInstancesCommand({
      ...{ LaunchTemplate: { LaunchTemplateId: template }, MinCount: 1, MaxCount: 1 },
      ...(market === "spot" ? { InstanceMarketOptions: { MarketType: "spot" } } : {}),
    });
    return stage.instancesOf(template, () => ec2.send(command));
  };

const configs = (template: string) => [
  { LaunchTemplateSpecification: { LaunchTemplateId: template, Version: "$Latest" } },
];

/** An EC2 Fleet of one instance, as the role. */
export const fleet =
  (Type: "instant" | "request", market: "on-demand" | "spot"): Launch =>
  async (stage, template) => {
    const { ec2 } = await stage.as(CONTROLLER);
    const command = new CreateFleetCommand({
      Type,
      LaunchTemplateConfigs: configs(template),
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: market },
    });
    return stage.instancesOf(template, () => ec2.send(command));
  };

/** Requested by the account's administrator, because it also needs permission to pass a role. */
export const spotFleet: Launch = (stage, template) => {
  const command = new RequestSpotFleetCommand({
    SpotFleetRequestConfig: {
      IamFleetRole: `arn:aws:iam::${WORKERS}:role/aws-ec2-spot-fleet-tagging-role`,
      Type: "request",
      TargetCapacity: 1,
      LaunchTemplateConfigs: configs(template),
    },
  });
  const { ec2 } = stage.admins.of(WORKERS, REGION);
  return stage.instancesOf(template, () => ec2.send(command));
};

/** A group of one instance, deleted after its outcome is read, because it would retry without end. */
export const autoScaling: Launch = async (stage, template) => {
  const { autoScaling: client } = stage.admins.of(WORKERS, REGION);
  const group = { AutoScalingGroupName: `group-of-${template}` };
  await client.send(
    new CreateAutoScalingGroupCommand({
      ...group,
      ...{ MinSize: 1, MaxSize: 1, AvailabilityZones: [`${REGION}a`] },
      LaunchTemplate: { LaunchTemplateId: template, Version: "$Latest" },
    }),
  );
  return {
    template,
    outcome: async () => {
      const { Activities = [] } = await client.send(new DescribeScalingActivitiesCommand(group));
      await client.send(new DeleteAutoScalingGroupCommand({ ...group, ForceDelete: true }));
      await stage.cloud.clock.advance(600);
      const ended = Activities.find(({ StatusCode }) =>
        ["Successful", "Cancelled", "Failed"].includes(StatusCode ?? ""),
      );
      return ended?.StatusCode === "Successful" ? "running" : ended?.StatusMessage;
    },
  };
};
