/** What a group launches: a launch template, or a mixed instances policy with its overrides. */
import type { Call, JsonObject } from "../../contract";
import { object, objects, text, whole } from "../ec2/input";
import { findTemplate, readTemplateReference, type TemplateReference } from "../ec2/instances/template";
import { placeOf } from "../ec2/launch-templates/find";
import type { Ec2State } from "../ec2/state";
import { readRequirements } from "./instance-requirements";
import { refuseRequirements } from "../ec2/instances/matching-types";
import { asValidation, validationError } from "./input";
import type { Configuration, LaunchOption } from "./state";

const OVERRIDES = [
  "InstanceType",
  "WeightedCapacity",
  "LaunchTemplateSpecification",
  "ImageId",
  "InstanceRequirements",
];

/**
 * Undefined when the call names no template.
 * @throws ValidationError for overrides that have no effect here
 */
export function readConfiguration(input: JsonObject): Configuration | undefined {
  const direct = readTemplateReference(object(input, "LaunchTemplate"));
  if (direct !== undefined) {
    return {
      template: direct,
      options: [{ template: direct, weight: 1 }],
      onDemandBase: 0,
      onDemandPercentage: 100,
    };
  }
  const mixed = object(input, "MixedInstancesPolicy");
  const launching = object(mixed, "LaunchTemplate");
  const template = readTemplateReference(object(launching, "LaunchTemplateSpecification"));
  if (template === undefined) return undefined;
  const overrides = objects(launching, "Overrides").map((override) => readOverride(override, template));
  const distribution = object(mixed, "InstancesDistribution");
  return {
    template,
    options: overrides.length > 0 ? overrides : [{ template, weight: 1 }],
    mixed,
    onDemandBase: whole(distribution, "OnDemandBaseCapacity") ?? 0,
    onDemandPercentage: whole(distribution, "OnDemandPercentageAboveBaseCapacity") ?? 100,
  };
}

function readOverride(override: JsonObject, template: TemplateReference): LaunchOption {
  const unknown = Object.keys(override).filter((name) => !OVERRIDES.includes(name));
  if (unknown.length > 0) {
    throw validationError(`The rehearsal cloud does not implement ${unknown.join(", ")} of an override.`);
  }
  const requirements = readRequirements(override);
  if (requirements !== undefined && text(override, "InstanceType") !== undefined) {
    throw validationError("You cannot specify both InstanceType and InstanceRequirements in an override.");
  }
  return {
    template: readTemplateReference(object(override, "LaunchTemplateSpecification")) ?? template,
    instanceType: text(override, "InstanceType"),
    imageId: text(override, "ImageId"),
    ...(requirements === undefined ? {} : { requirements }),
    weight: whole(override, "WeightedCapacity") ?? 1,
  };
}

/** With ids and names, as AWS shows them. @throws ValidationError when the version does not exist */
export function completeConfiguration(
  ec2: Ec2State,
  call: Call,
  given: Configuration,
): Promise<Configuration> {
  const complete = (template: TemplateReference): TemplateReference => {
    const { id, name, requirements } = findTemplate(ec2, placeOf(call), template);
    if (requirements !== undefined) {
      if (given.mixed === undefined) {
        throw validationError(
          "A launch template with InstanceRequirements can be used only in a mixed instances policy.",
        );
      }
      refuseRequirements(requirements);
    }
    return { id, name, version: template.version };
  };
  return asValidation(() => {
    const template = complete(given.template);
    return {
      ...given,
      template,
      options: given.options.map((option) => ({ ...option, template: complete(option.template) })),
      ...(given.mixed === undefined ? {} : { mixed: completePolicy(given.mixed, template) }),
    };
  });
}

/** The distribution that AWS shows when a policy has none. Source: moto's AWS-verified tests. */
const DISTRIBUTION: JsonObject = {
  OnDemandAllocationStrategy: "prioritized",
  OnDemandBaseCapacity: 0,
  OnDemandPercentageAboveBaseCapacity: 100,
  SpotAllocationStrategy: "lowest-price",
  SpotInstancePools: 2,
};

/** A mixed instances policy as AWS shows it: with the template's id and name, a list of overrides, and its distribution. */
function completePolicy(given: JsonObject, template: TemplateReference): JsonObject {
  const launching = object(given, "LaunchTemplate");
  const distribution = object(given, "InstancesDistribution");
  return {
    ...given,
    LaunchTemplate: {
      ...launching,
      LaunchTemplateSpecification: templateAnswer(template),
      Overrides: objects(launching, "Overrides"),
    },
    InstancesDistribution: Object.keys(distribution).length === 0 ? DISTRIBUTION : distribution,
  };
}

/** A reference to a launch template as AWS shows it: without a version if none was given. */
export function templateAnswer({ id, name, version }: TemplateReference): JsonObject {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}
