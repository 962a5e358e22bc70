import type { JsonObject } from "../../../contract";
import type { Ec2State, LaunchTemplate, TemplateVersion } from "../state";
import { tagSet, tagsOf } from "../tags/tags";
import { dataAnswer } from "./data";
import { latestVersion } from "./find";

export function templateAnswer(state: Ec2State, template: LaunchTemplate): JsonObject {
  return {
    launchTemplateId: template.launchTemplateId,
    launchTemplateName: template.name,
    createTime: template.createTime,
    createdBy: template.createdBy,
    defaultVersionNumber: template.defaultVersion,
    latestVersionNumber: latestVersion(template),
    tagSet: tagSet(tagsOf(state, template.owner, template.launchTemplateId)),
  };
}

/** @param imageId the image that its parameter refers to @default - the image as the template names it */
export function versionAnswer(
  template: LaunchTemplate,
  version: TemplateVersion,
  imageId?: string,
): JsonObject {
  return {
    launchTemplateId: template.launchTemplateId,
    launchTemplateName: template.name,
    versionNumber: version.number,
    versionDescription: version.description,
    createTime: version.createTime,
    createdBy: version.createdBy,
    defaultVersion: version.number === template.defaultVersion,
    launchTemplateData: { ...dataAnswer(version.data), ...(imageId === undefined ? {} : { imageId }) },
  };
}
