/** DescribeImageReferences. Source: EC2 user guide, "Identify your resources referencing specified AMIs". */
import { parameterArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../../contract";
import { AwsError } from "../../../../contract";
import { ec2Arn, ownCheck } from "../../access";
import { checkId } from "../../errors";
import { flag, invalidValue, missingParameter, objects, requiredText, text, texts } from "../../input";
import { placeOf } from "../../launch-templates/find";
import { ec2Operation } from "../../operation";
import { page } from "../../pages";
import type { Ec2State } from "../../state";
import { imageParameters } from "./parameters";
import { instancesOf, templatesOf, VERSION_DEPTH } from "./users";

const MOST_IMAGES = 10;

/** Each type's permissions, which are checked on the caller's behalf. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "ec2:Instance": ["ec2:DescribeInstances"],
  "ec2:LaunchTemplate": ["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"],
  "ssm:Parameter": ["ssm:DescribeParameters", "ssm:GetParameters"],
  "imagebuilder:ImageRecipe": ["imagebuilder:ListImageRecipes"],
  "imagebuilder:ContainerRecipe": ["imagebuilder:ListContainerRecipes", "imagebuilder:GetContainerRecipe"],
};
const TYPES = Object.keys(PERMISSIONS);

interface Reference {
  readonly imageId: string;
  readonly resourceType: string;
  readonly arn: string;
}

/** Image Builder recipes are searched and never found: they cannot be created here. */
export function describeImageReferences(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["ImageId", "IncludeAllResourceTypes", "ResourceType", "MaxResults", "NextToken"],
    checks: (call) => checks(call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

function checks(call: Call): readonly AccessCheck[] {
  const context = { "aws:CalledVia": ["ec2-images.amazonaws.com"], "aws:ViaAWSService": "true" };
  const actions = [...optionsOf(call).keys()].flatMap((type) => PERMISSIONS[type] ?? []);
  return [ownCheck(call, "*"), ...actions.map((action) => ({ action, resource: "*", context }))];
}

/** Options of the types that are searched. @throws MissingParameter, InvalidParameterValue */
function optionsOf(call: Call): ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> {
  const all = flag(call.input, "IncludeAllResourceTypes") === true ? TYPES : [];
  const options = new Map<string, Readonly<Record<string, readonly string[]>>>(all.map((type) => [type, {}]));
  for (const entry of objects(call.input, "ResourceType")) {
    const type = requiredText(entry, "ResourceType");
    if (!TYPES.includes(type)) throw invalidValue("ResourceType", type);
    const given = objects(entry, "ResourceTypeOption").map(
      (option) => [requiredText(option, "OptionName"), texts(option, "OptionValue")] as const,
    );
    options.set(type, Object.fromEntries(given));
  }
  if (options.size === 0) throw missingParameter("ResourceType");
  return options;
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const images = new Set(imagesOf(call));
  const found: Reference[] = [];
  for (const [resourceType, options] of optionsOf(call)) {
    for (const { imageId, arn } of await search(state, call, cloud, resourceType, options)) {
      if (images.has(imageId)) found.push({ imageId, resourceType, arn });
    }
  }
  const { items, nextToken } = page(found, call.input);
  return { imageReferenceSet: items.map((reference) => ({ ...reference })), nextToken };
}

/** @throws MissingParameter, InvalidAMIID.Malformed, InvalidParameterValue for more than ten */
function imagesOf(call: Call): readonly string[] {
  const images = texts(call.input, "ImageId");
  if (images.length === 0) throw missingParameter("ImageId");
  for (const image of images) checkId("image", image);
  if (images.length > MOST_IMAGES) {
    throw new AwsError("InvalidParameterValue", `At most ${MOST_IMAGES} image IDs can be specified.`);
  }
  return images;
}

type Found = Omit<Reference, "resourceType">;

async function search(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
  resourceType: string,
  options: Readonly<Record<string, readonly string[]>>,
): Promise<readonly Found[]> {
  const place = placeOf(call);
  switch (resourceType) {
    case "ec2:Instance":
      return instancesOf(state, place)
        .filter((instance) => options["state-name"]?.includes(instance.state) ?? true)
        .map(({ imageId, instanceId }) => ({ imageId, arn: ec2Arn(call, `instance/${instanceId}`) }));
    case "ec2:LaunchTemplate": {
      const depth = Number(options["version-depth"]?.[0] ?? VERSION_DEPTH.references);
      return templatesOf(state, place, depth).map(({ imageId, launchTemplateId }) => ({
        imageId,
        arn: ec2Arn(call, `launch-template/${launchTemplateId}`),
      }));
    }
    case "ssm:Parameter":
      return (await imageParameters(cloud, place)).map((parameter) => ({
        imageId: text(parameter, "Value") ?? "",
        arn: parameterArn(call.region, place.account, text(parameter, "Name") ?? ""),
      }));
    default:
      return [];
  }
}
