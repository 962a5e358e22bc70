/** Launch templates as specifications of a launch. */
import type { JsonObject } from "../../../contract";
import { object, text } from "../input";
import { requireTemplate, requireVersion, type Place } from "../launch-templates/find";
import type { Ec2State } from "../state";
import { readTagSpecifications } from "../tags/tags";
import { LAUNCH_TAGGED, readSpecification, type LaunchSpecification } from "./specification";

export interface TemplateReference {
  readonly id?: string;
  readonly name?: string;
  /** A number, `$Latest` or `$Default`. @default $Default */
  readonly version?: string;
}

/** A launch template version that was found. */
export interface FoundTemplate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly specification: LaunchSpecification;
  /** Requirements for the instance type, where the template names none. */
  readonly requirements?: JsonObject;
}

/** Reads `{LaunchTemplateId, LaunchTemplateName, Version}`; undefined when neither id nor name is given. */
export function readTemplateReference(holder: JsonObject): TemplateReference | undefined {
  const reference = {
    id: text(holder, "LaunchTemplateId"),
    name: text(holder, "LaunchTemplateName"),
    version: text(holder, "Version"),
  };
  return reference.id === undefined && reference.name === undefined ? undefined : reference;
}

/** @throws InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateId.VersionNotFound when the version does not exist */
export function findTemplate(state: Ec2State, place: Place, reference: TemplateReference): FoundTemplate {
  const template = requireTemplate(state, place, {
    // A stored reference has both; the id is the one that counts.
    LaunchTemplateId: reference.id,
    LaunchTemplateName: reference.id === undefined ? reference.name : undefined,
  });
  const { number, data } = requireVersion(template, reference.version ?? "$Default");
  const id = template.launchTemplateId;
  const tags = readTagSpecifications(data, LAUNCH_TAGGED);
  const version = String(number);
  const requirements = object(data, "InstanceRequirements");
  return {
    id,
    name: template.name,
    version,
    specification: { ...readSpecification(data, tags), template: { id, version } },
    ...(Object.keys(requirements).length === 0 ? {} : { requirements }),
  };
}
