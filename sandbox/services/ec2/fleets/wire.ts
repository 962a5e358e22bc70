import type { JsonObject } from "../../../contract";
import { text } from "../input";
import type { Fleet } from "../state";

/** What a fleet launched, and why it launched nothing, as CreateFleet and DescribeFleets show it. */
export function createdInstances(fleet: Fleet, override: JsonObject = {}): JsonObject {
  const { id, name, version } = fleet.template;
  const launchTemplateAndOverrides: JsonObject = {
    launchTemplateSpecification: { launchTemplateId: id, launchTemplateName: name, version },
    overrides: {
      instanceType: text(override, "InstanceType") ?? fleet.instanceType,
      subnetId: text(override, "SubnetId"),
      availabilityZone: text(override, "AvailabilityZone"),
      imageId: text(override, "ImageId"),
    },
  };
  const { failure, instanceIds, instanceType } = fleet;
  return {
    errorSet:
      failure === undefined
        ? []
        : [
            {
              launchTemplateAndOverrides,
              lifecycle: "on-demand",
              errorCode: failure.code,
              errorMessage: failure.message,
            },
          ],
    fleetInstanceSet:
      instanceIds.length === 0
        ? []
        : [{ launchTemplateAndOverrides, lifecycle: "on-demand", instanceIds, instanceType }],
  };
}
