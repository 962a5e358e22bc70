/** Finds launch templates and their versions, and reports errors in references. */
import { AwsError, type JsonObject } from "../../../contract";
import { checkId, notFound } from "../errors";
import { text } from "../input";
import type { Ec2State, LaunchTemplate, TemplateVersion } from "../state";

/** The account and Region of the call. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export function placeOf(call: {
  readonly caller: { readonly account: string };
  readonly region: string;
}): Place {
  return { account: call.caller.account, region: call.region };
}

export function templatesIn(state: Ec2State, { account, region }: Place): readonly LaunchTemplate[] {
  return Object.values(state.launchTemplates).filter(
    (template) => template.owner === account && template.region === region,
  );
}

/** By id or name; undefined when it does not exist. @throws InvalidLaunchTemplateId.Malformed, MissingParameter */
export function lookUp(state: Ec2State, place: Place, holder: JsonObject): LaunchTemplate | undefined {
  const id = text(holder, "LaunchTemplateId");
  const name = text(holder, "LaunchTemplateName");
  if (id !== undefined && name !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "You must specify either the launch template ID or the launch template name, but not both.",
    );
  }
  if (id === undefined && name === undefined) {
    throw new AwsError(
      "MissingParameter",
      "Either the launch template ID or the launch template name must be specified.",
    );
  }
  if (id !== undefined) checkId("launch-template", id);
  return templatesIn(state, place).find(
    (template) => template.launchTemplateId === id || template.name === name,
  );
}

/** @throws InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException, and as `lookUp` */
export function requireTemplate(state: Ec2State, place: Place, holder: JsonObject): LaunchTemplate {
  const found = lookUp(state, place, holder);
  if (found !== undefined) return found;
  const id = text(holder, "LaunchTemplateId");
  throw id === undefined
    ? new AwsError(
        "InvalidLaunchTemplateName.NotFoundException",
        `The specified launch template, with template name ${text(holder, "LaunchTemplateName") ?? ""}, does not exist.`,
      )
    : notFound("launch-template", id);
}

/** The newest existing version. */
export function latestVersion({ versions }: LaunchTemplate): number {
  return versions.at(-1)?.number ?? 0;
}

/**
 * @param version a number, `$Latest` or `$Default`
 * @param missing the error text when the version does not exist
 * @throws InvalidLaunchTemplateId.VersionNotFound
 */
export function requireVersion(
  template: LaunchTemplate,
  version: string,
  missing = `Could not find the specified version ${version} for the launch template with ID ${template.launchTemplateId}.`,
): TemplateVersion {
  const number = { $Latest: latestVersion(template), $Default: template.defaultVersion }[version] ?? version;
  const found = template.versions.find((candidate) => String(candidate.number) === String(number));
  if (found !== undefined) return found;
  throw new AwsError("InvalidLaunchTemplateId.VersionNotFound", missing);
}
