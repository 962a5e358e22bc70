/** Account settings for public sharing and allowed images, per Region. */
import type { Call, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { sharingSettings } from "../catalogue";
import { invalidValue, object, objects, requiredText, texts, whole } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, ImageCriterion, SharingSettings } from "../state";

/** Source: EC2 API reference, "ImageCriterionRequest" and "ReplaceImageCriteriaInAllowedImagesSettings". */
const MAX_CRITERIA = 10;
const MAX_PRODUCT_CODES = 50;
const PROVIDER = /^(\d{12}|amazon|aws-marketplace|aws-backup-vault|none)$/;

type Act = (settings: SharingSettings, call: Call) => JsonObject;

const MANAGED_BY = { managedBy: "account" };

const ACTS: Readonly<Record<string, readonly [parameters: readonly string[], act: Act]>> = {
  GetImageBlockPublicAccessState: [
    [],
    (settings) => ({ imageBlockPublicAccessState: settings.imageBlockPublicAccess, ...MANAGED_BY }),
  ],
  EnableImageBlockPublicAccess: [
    ["ImageBlockPublicAccessState"],
    (settings, call) => {
      settings.imageBlockPublicAccess = chosen(call, "ImageBlockPublicAccessState", ["block-new-sharing"]);
      return { imageBlockPublicAccessState: settings.imageBlockPublicAccess };
    },
  ],
  DisableImageBlockPublicAccess: [
    [],
    (settings) => {
      settings.imageBlockPublicAccess = "unblocked";
      return { imageBlockPublicAccessState: settings.imageBlockPublicAccess };
    },
  ],
  GetSnapshotBlockPublicAccessState: [
    [],
    (settings) => ({ state: settings.snapshotBlockPublicAccess, ...MANAGED_BY }),
  ],
  EnableSnapshotBlockPublicAccess: [
    ["State"],
    (settings, call) => {
      settings.snapshotBlockPublicAccess = chosen(call, "State", ["block-all-sharing", "block-new-sharing"]);
      return { state: settings.snapshotBlockPublicAccess };
    },
  ],
  DisableSnapshotBlockPublicAccess: [
    [],
    (settings) => {
      settings.snapshotBlockPublicAccess = "unblocked";
      return { state: settings.snapshotBlockPublicAccess };
    },
  ],
  GetAllowedImagesSettings: [
    [],
    (settings) => ({
      state: settings.allowedImages,
      imageCriterionSet: settings.criteria.map(criterionAnswer),
      ...MANAGED_BY,
    }),
  ],
  EnableAllowedImagesSettings: [
    ["AllowedImagesSettingsState"],
    (settings, call) => {
      settings.allowedImages = chosen(call, "AllowedImagesSettingsState", ["enabled", "audit-mode"]);
      return { allowedImagesSettingsState: settings.allowedImages };
    },
  ],
  DisableAllowedImagesSettings: [
    [],
    (settings) => {
      settings.allowedImages = "disabled";
      return { allowedImagesSettingsState: settings.allowedImages };
    },
  ],
  ReplaceImageCriteriaInAllowedImagesSettings: [
    ["ImageCriterion"],
    (settings, call) => {
      settings.criteria = readCriteria(call.input);
      return { return: true };
    },
  ],
};

/** Block public access and Allowed AMIs. */
export function imageSettingsOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const operations = Object.entries(ACTS).map(([name, [parameters, act]]) => {
    const operation = ec2Operation({
      parameters,
      checks: anyResource,
      run: (call) => act(sharingSettings(state, call.caller.account, call.region), call),
    });
    return [name, operation] as const;
  });
  return Object.fromEntries(operations);
}

function chosen<T extends string>(call: Call, parameter: string, values: readonly T[]): T {
  const given = requiredText(call.input, parameter);
  const found = values.find((value) => value === given);
  if (found === undefined) throw invalidValue(parameter, given);
  return found;
}

function readCriteria(input: JsonObject): readonly ImageCriterion[] {
  const criteria = objects(input, "ImageCriterion").map(readCriterion);
  if (criteria.length > MAX_CRITERIA) {
    throw new AwsError("InvalidParameterValue", `At most ${MAX_CRITERIA} image criteria can be given.`);
  }
  return criteria;
}

function readCriterion(input: JsonObject): ImageCriterion {
  const providers = texts(input, "ImageProvider");
  const bad = providers.find((provider) => !PROVIDER.test(provider));
  if (bad !== undefined) throw invalidValue("ImageProvider", bad);
  const productCodes = texts(input, "MarketplaceProductCode");
  if (productCodes.length > MAX_PRODUCT_CODES) {
    throw new AwsError("InvalidParameterValue", `At most ${MAX_PRODUCT_CODES} product codes can be given.`);
  }
  return {
    providers,
    productCodes,
    names: texts(input, "ImageName"),
    maximumDaysSinceDeprecated: whole(
      object(input, "DeprecationTimeCondition"),
      "MaximumDaysSinceDeprecated",
    ),
    maximumDaysSinceCreated: whole(object(input, "CreationDateCondition"), "MaximumDaysSinceCreated"),
  };
}

function criterionAnswer(criterion: ImageCriterion): JsonObject {
  const { maximumDaysSinceDeprecated: deprecated, maximumDaysSinceCreated: created } = criterion;
  return {
    imageProviderSet: criterion.providers,
    marketplaceProductCodeSet: criterion.productCodes,
    imageNameSet: criterion.names,
    ...(deprecated === undefined
      ? {}
      : { deprecationTimeCondition: { maximumDaysSinceDeprecated: deprecated } }),
    ...(created === undefined ? {} : { creationDateCondition: { maximumDaysSinceCreated: created } }),
  };
}
