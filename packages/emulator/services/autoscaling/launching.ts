/** What a group launches, and as which principal. */
import type { Caller, Cloud } from "../../contract";
import { AwsError } from "../../contract";
import {
  mergeSpecifications,
  readSpecification,
  type LaunchSpecification,
} from "../ec2/instances/specification";
import type { FoundTemplate } from "../ec2/instances/template";
import { staying, weightOf, type Configuration, type Group, type LaunchOption } from "./state";

export const AWS_SERVICE = "autoscaling.amazonaws.com";

/** The principal that launches for a group. @throws ServiceLinkedRoleFailure while the role does not exist */
export async function serviceLinkedRole(cloud: Cloud, { account }: Group): Promise<Caller> {
  const role = await cloud.identities.serviceLinkedRole(account, AWS_SERVICE);
  if (role !== undefined) return role;
  throw new AwsError("ServiceLinkedRoleFailure", "The service-linked role for Auto Scaling does not exist.");
}

/** The template with the values that the group and the option set: image, type, placement and tags. */
export function specificationOf(
  group: Group,
  { imageId, instanceType }: LaunchOption,
  template: FoundTemplate,
): LaunchSpecification {
  const propagated = Object.values(group.tags).filter((tag) => tag.propagate);
  const own = readSpecification(
    { ImageId: imageId, InstanceType: instanceType, ...emptiestPlace(group) },
    {
      instance: {
        ...Object.fromEntries(propagated.map((tag) => [tag.key, tag.value])),
        "aws:autoscaling:groupName": group.name,
        "aws:ec2launchtemplate:id": template.id,
        "aws:ec2launchtemplate:version": template.version,
      },
      volume: {},
    },
  );
  return mergeSpecifications(own, template.specification);
}

/**
 * The purchase option of the next instance, from the base and the percentage of On-Demand capacity. Source: Auto
 * Scaling API reference, "InstancesDistribution".
 */
export function nextMarket(group: Group, configuration: Configuration): "on-demand" | "spot" {
  const members = staying(group);
  const onDemand = weightOf(members.filter(({ isSpot }) => !isSpot));
  const { onDemandBase, onDemandPercentage } = configuration;
  if (onDemand < onDemandBase) return "on-demand";
  const above = weightOf(members) - Math.min(onDemand, onDemandBase) + 1;
  const wanted = Math.ceil((above * onDemandPercentage) / 100);
  return onDemand - onDemandBase < wanted ? "on-demand" : "spot";
}

/** The next subnet or zone in turn, so that instances are spread. */
function emptiestPlace(group: Group): { SubnetId?: string; Placement?: { AvailabilityZone: string } } {
  const turn = staying(group).length;
  const subnet = group.subnetIds[turn % Math.max(group.subnetIds.length, 1)];
  if (subnet !== undefined) return { SubnetId: subnet };
  const zone = group.zones[turn % Math.max(group.zones.length, 1)];
  return zone === undefined ? {} : { Placement: { AvailabilityZone: zone } };
}
