/** Operations that change launch templates. Source: EC2 API reference. */
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { newId } from "../ids";
import { missingParameter, object, requiredText, text, texts } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, LaunchTemplate, TemplateVersion } from "../state";
import { forgetTags, readTagSpecifications, setTags, tagsOf } from "../tags/tags";
import { basedOn } from "./data";
import { lookUp, placeOf, requireTemplate, requireVersion, templatesIn } from "./find";
import { templateAnswer, versionAnswer } from "./wire";

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;
const MOST_DELETIONS = 200;
const REFERENCE = ["LaunchTemplateId", "LaunchTemplateName"];

export function launchTemplateWrites(state: Ec2State): Readonly<Record<string, Operation>> {
  const onTemplate = (call: Call): readonly AccessCheck[] => {
    const id = lookUp(state, placeOf(call), call.input)?.launchTemplateId;
    const tags = id === undefined ? {} : tagContext(tagsOf(state, call.caller.account, id));
    return [
      ownCheck(
        call,
        ec2Arn(call, `launch-template/${id ?? text(call.input, "LaunchTemplateId") ?? "*"}`),
        tags,
      ),
    ];
  };
  return {
    CreateLaunchTemplate: ec2Operation({
      parameters: [
        "LaunchTemplateName",
        "LaunchTemplateData",
        "VersionDescription",
        "TagSpecification",
        "ClientToken",
      ],
      checks: (call) => {
        const { "launch-template": tags } = readTagSpecifications(call.input, ["launch-template"]);
        const resource = ec2Arn(call, "launch-template/*");
        return [ownCheck(call, resource, requestTagContext(tags)), ...tagOnCreateCheck(call, resource, tags)];
      },
      run: (call, cloud) => create(state, call, cloud),
    }),
    CreateLaunchTemplateVersion: ec2Operation({
      parameters: [...REFERENCE, "LaunchTemplateData", "VersionDescription", "SourceVersion", "ClientToken"],
      checks: onTemplate,
      run: (call, cloud) => addVersion(state, call, cloud),
    }),
    ModifyLaunchTemplate: ec2Operation({
      parameters: [...REFERENCE, "SetDefaultVersion", "ClientToken"],
      checks: (call) => {
        refuseTwoNames(call);
        return onTemplate(call);
      },
      run: (call) => {
        const template = requireTemplate(state, placeOf(call), call.input);
        const version = requiredText(call.input, "SetDefaultVersion");
        const missing = `The launch template version ${version} is not found for the specified launch template.`;
        template.defaultVersion = requireVersion(template, version, missing).number;
        return { launchTemplate: templateAnswer(state, template) };
      },
    }),
    DeleteLaunchTemplate: ec2Operation({
      parameters: REFERENCE,
      checks: onTemplate,
      run: (call) => {
        const template = requireTemplate(state, placeOf(call), call.input);
        const launchTemplate = templateAnswer(state, template);
        delete state.launchTemplates[template.launchTemplateId];
        forgetTags(state, template.launchTemplateId);
        return { launchTemplate };
      },
    }),
    DeleteLaunchTemplateVersions: ec2Operation({
      parameters: [...REFERENCE, "LaunchTemplateVersion"],
      checks: onTemplate,
      run: (call) => deleteVersions(state, call),
    }),
  };
}

/** ModifyLaunchTemplate has its own texts. Source: moto's AWS-verified tests. */
function refuseTwoNames({ input }: Call): void {
  if (REFERENCE.some((name) => text(input, name) === undefined)) return;
  throw new AwsError(
    "InvalidParameterCombination",
    "Either provide launch template ID or launch template name to modify the template.",
  );
}

/** @throws InvalidLaunchTemplateName.AlreadyExistsException, InvalidLaunchTemplateName.MalformedException */
function create(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const [earlier] = remembered(state, call) ?? [];
  const made = earlier === undefined ? undefined : state.launchTemplates[earlier];
  if (made !== undefined) return { launchTemplate: templateAnswer(state, made) };
  const name = requiredText(call.input, "LaunchTemplateName");
  if (!NAME.test(name)) {
    throw new AwsError(
      "InvalidLaunchTemplateName.MalformedException",
      "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the characters ( ) . - / _",
    );
  }
  if (templatesIn(state, placeOf(call)).some((template) => template.name === name)) {
    throw new AwsError(
      "InvalidLaunchTemplateName.AlreadyExistsException",
      "Launch template name already in use.",
    );
  }
  const data = requiredData(call);
  const { "launch-template": tags } = readTagSpecifications(call.input, ["launch-template"]);
  const first = newVersion(call, cloud, 1, data);
  const template: LaunchTemplate = {
    launchTemplateId: newId("lt"),
    name,
    region: call.region,
    owner: call.caller.account,
    createTime: first.createTime,
    createdBy: first.createdBy,
    defaultVersion: 1,
    lastNumber: 1,
    versions: [first],
  };
  state.launchTemplates[template.launchTemplateId] = template;
  setTags(state, template.owner, template.launchTemplateId, tags);
  remember(state, call, [template.launchTemplateId]);
  return { launchTemplate: templateAnswer(state, template) };
}

function requiredData(call: Call): JsonObject {
  const data = object(call.input, "LaunchTemplateData");
  if (Object.keys(data).length === 0) throw missingParameter("LaunchTemplateData");
  return data;
}

function newVersion(call: Call, cloud: Cloud, number: number, data: JsonObject): TemplateVersion {
  return {
    number,
    description: text(call.input, "VersionDescription"),
    createTime: cloud.clock.now().toISOString(),
    createdBy: call.caller.arn,
    data,
  };
}

/** Numbers are used once: that of a deleted version is not used again. */
function addVersion(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const template = requireTemplate(state, placeOf(call), call.input);
  const [earlier] = remembered(state, call) ?? [];
  const made = template.versions.find(({ number }) => String(number) === earlier);
  if (made !== undefined) return { launchTemplateVersion: versionAnswer(template, made) };
  const source = text(call.input, "SourceVersion");
  const given = object(call.input, "LaunchTemplateData");
  const data =
    source === undefined ? requiredData(call) : basedOn(requireVersion(template, source).data, given);
  template.lastNumber += 1;
  const version = newVersion(call, cloud, template.lastNumber, data);
  template.versions = [...template.versions, version];
  remember(state, call, [String(version.number)]);
  return { launchTemplateVersion: versionAnswer(template, version) };
}

/**
 * Each version is deleted or refused separately; the response says which. It is documented that the default version
 * cannot be deleted, but not the code with which AWS refuses it: of the existing codes only `unexpectedError` fits.
 */
function deleteVersions(state: Ec2State, call: Call): JsonObject {
  const numbers = texts(call.input, "LaunchTemplateVersion");
  if (numbers.length === 0) throw missingParameter("LaunchTemplateVersion");
  if (numbers.length > MOST_DELETIONS) {
    throw new AwsError("InvalidParameterValue", `At most ${MOST_DELETIONS} versions can be deleted at once.`);
  }
  const template = lookUp(state, placeOf(call), call.input);
  const outcomes = numbers.map((number) => ({
    item: {
      launchTemplateId: template?.launchTemplateId ?? text(call.input, "LaunchTemplateId"),
      launchTemplateName: template?.name ?? text(call.input, "LaunchTemplateName"),
      versionNumber: number,
    },
    refusal: deleteVersion(template, number, text(call.input, "LaunchTemplateId") !== undefined),
  }));
  return {
    successfullyDeletedLaunchTemplateVersionSet: outcomes.flatMap(({ item, refusal }) =>
      refusal === undefined ? [item] : [],
    ),
    unsuccessfullyDeletedLaunchTemplateVersionSet: outcomes.flatMap(({ item, refusal }) =>
      refusal === undefined ? [] : [{ ...item, responseError: refusal }],
    ),
  };
}

/** Why it is kept; undefined when it was deleted. Codes: EC2 API reference, "ResponseError". */
function deleteVersion(
  template: LaunchTemplate | undefined,
  number: string,
  byId: boolean,
): JsonObject | undefined {
  if (template === undefined) {
    return {
      code: byId ? "launchTemplateIdDoesNotExist" : "launchTemplateNameDoesNotExist",
      message: "The specified launch template does not exist.",
    };
  }
  if (!template.versions.some((version) => String(version.number) === number)) {
    return {
      code: "launchTemplateVersionDoesNotExist",
      message: `The launch template version ${number} does not exist.`,
    };
  }
  if (String(template.defaultVersion) === number) {
    return {
      code: "unexpectedError",
      message: "The default version of a launch template cannot be deleted.",
    };
  }
  template.versions = template.versions.filter((version) => String(version.number) !== number);
  return undefined;
}
