import type { JsonObject } from "../../../contract";
import { object, objects, text } from "../input";
import type { Ec2State, Fleet, FleetInstance, FleetOption } from "../state";

function overrideAnswer({ override }: FleetOption): JsonObject {
  return {
    instanceType: text(override, "InstanceType"),
    maxPrice: text(override, "MaxPrice"),
    spotPrice: text(override, "SpotPrice"),
    subnetId: text(override, "SubnetId"),
    availabilityZone: text(override, "AvailabilityZone"),
    weightedCapacity: text(override, "WeightedCapacity"),
    priority: text(override, "Priority"),
    imageId: text(override, "ImageId"),
    blockDeviceMappingSet: objects(override, "BlockDeviceMapping").map((mapping) => ({
      deviceName: text(mapping, "DeviceName"),
      ebs: {
        snapshotId: text(object(mapping, "Ebs"), "SnapshotId"),
        volumeSize: text(object(mapping, "Ebs"), "VolumeSize"),
        volumeType: text(object(mapping, "Ebs"), "VolumeType"),
        encrypted: text(object(mapping, "Ebs"), "Encrypted"),
        kmsKeyId: text(object(mapping, "Ebs"), "KmsKeyId"),
        deleteOnTermination: text(object(mapping, "Ebs"), "DeleteOnTermination"),
      },
    })),
  };
}

function templateAnswer({ template }: FleetOption): JsonObject | undefined {
  return (
    template && {
      launchTemplateId: template.id,
      launchTemplateName: template.name,
      version: template.version,
    }
  );
}

function launchedFrom(option: FleetOption | undefined, isSpot: boolean): JsonObject {
  return {
    launchTemplateAndOverrides: option && {
      launchTemplateSpecification: templateAnswer(option),
      overrides: overrideAnswer(option),
    },
    lifecycle: isSpot ? "spot" : "on-demand",
  };
}

/** The running instances of a fleet, one entry for each. */
export function activeInstances(state: Ec2State, living: readonly FleetInstance[]): readonly JsonObject[] {
  return living.map(({ instanceId }) => ({
    instanceId,
    instanceType: state.instances[instanceId]?.instanceType,
    spotInstanceRequestId: state.instances[instanceId]?.spotRequestId,
    instanceHealth: state.instances[instanceId]?.state === "running" ? "healthy" : "unhealthy",
  }));
}

/** Why something was not launched. */
export function failureAnswers({ options, failures }: Fleet): readonly JsonObject[] {
  return failures.map(({ option, isSpot, code, message }) => ({
    ...launchedFrom(options[option], isSpot),
    errorCode: code,
    errorMessage: message,
  }));
}

/** What was launched, by option and purchase option. */
export function instanceAnswers(state: Ec2State, { options, instances }: Fleet): readonly JsonObject[] {
  return options.flatMap((option, index) =>
    [false, true].flatMap((isSpot) => {
      const ids = instances
        .filter((instance) => instance.option === index && instance.isSpot === isSpot)
        .map(({ instanceId }) => instanceId);
      if (ids.length === 0) return [];
      const instanceType = state.instances[ids[0] ?? ""]?.instanceType;
      return [{ ...launchedFrom(option, isSpot), instanceIds: ids, instanceType }];
    }),
  );
}

/** The configurations in the order in which they are tried; none for launch specifications. */
export function configAnswers({ options }: Fleet): readonly JsonObject[] {
  const ofTemplates = options.filter(({ template }) => template !== undefined);
  return ofTemplates.map((option) => ({
    launchTemplateSpecification: templateAnswer(option),
    overrides: Object.keys(option.override).length === 0 ? [] : [overrideAnswer(option)],
  }));
}
