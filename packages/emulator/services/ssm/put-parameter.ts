import { parameterArn } from "@keyferry/common";
import type { ContextValue } from "@keyferry/evaluator";
import {
  AwsError,
  type Call,
  type Cloud,
  type Json,
  type JsonObject,
  type Moto,
  type Operation,
} from "../../contract";

const IMAGE_DATA_TYPE = "aws:ec2:image";
const VALIDATE = "ssm:ValidateImage";
const IMAGE_ID = /^ami-[0-9a-f]{8,17}$/;

const TAGS_WITH_OVERWRITE =
  "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.";

/** How long AWS takes to validate an image that a parameter names: seconds, not minutes. */
const VALIDATION_SECONDS = 5;

/**
 * PutParameter. For `aws:ec2:image` the response comes before the validation, and a value that is not an image that the
 * account can use is never stored. Source: Systems Manager user guide, "Native parameter support for AMI IDs".
 */
export const putParameter: Operation = {
  checks(call) {
    const resource = parameterArn(call.region, call.caller.account, nameOf(call));
    const tags = requestTags(call);
    const context = { "ssm:Overwrite": String(call.input["Overwrite"] === true), ...tags };
    const put = { action: "ssm:PutParameter", resource, context };
    // Tagging during creation needs a separate permission.
    const isTagged = "aws:TagKeys" in tags;
    return isTagged ? [put, { action: "ssm:AddTagsToResource", resource, context: tags }] : [put];
  },
  async run(call, cloud) {
    if (call.input["Overwrite"] === true && "aws:TagKeys" in requestTags(call)) {
      throw new AwsError("ValidationException", TAGS_WITH_OVERWRITE);
    }
    const { caller, region } = call;
    const existing = await existingParameter(call, cloud);
    const input = { ...call.input, DataType: dataTypeOf(call, existing) };
    if (input.DataType !== IMAGE_DATA_TYPE) return store(cloud.moto, caller.account, region, input);
    const image = String(call.input["Value"] ?? "");
    if (!IMAGE_ID.test(image)) {
      throw new AwsError(
        "ValidationException",
        `The parameter value ${image} isn't valid. Valid values for the data type ${IMAGE_DATA_TYPE} are AMI IDs.`,
      );
    }
    const version = nextVersion(call, existing);
    cloud.clock.schedule(VALIDATION_SECONDS, VALIDATE, { account: caller.account, region, image, input });
    return { Version: version, Tier: call.input["Tier"] ?? "Standard" };
  },
};

/** Call this once for each cloud: registers the validation with the clock. */
export function handleParameterWork({ clock, images, moto }: Pick<Cloud, "clock" | "images" | "moto">): void {
  clock.handle(VALIDATE, async (payload) => {
    const [account, region, image] = [payload["account"], payload["region"], payload["image"]].map(String);
    if (account === undefined || region === undefined || image === undefined) return;
    if (images.visible(image, account, region)) {
      await store(moto, account, region, payload["input"] as JsonObject);
    }
  });
}

function store(moto: Moto, account: string, region: string, input: JsonObject): Promise<JsonObject> {
  return moto.json("ssm", account, region, "AmazonSSM.PutParameter", input);
}

interface ExistingParameter {
  readonly Version?: number;
  readonly DataType?: string;
}

/** The parameter of that name in moto; undefined if it does not exist. */
async function existingParameter(call: Call, cloud: Cloud): Promise<ExistingParameter | undefined> {
  const answer = await cloud.moto.json("ssm", call.caller.account, call.region, "AmazonSSM.GetParameters", {
    Names: [nameOf(call)],
  });
  return (answer["Parameters"] as readonly ExistingParameter[] | undefined)?.[0];
}

/** A parameter keeps the data type that it was created with, also when an overwriting call does not name it. */
function dataTypeOf({ input }: Call, existing: ExistingParameter | undefined): Json {
  if (input["Overwrite"] !== true || existing?.DataType === undefined) return input["DataType"];
  const asked = input["DataType"] ?? existing.DataType;
  if (asked === existing.DataType) return asked;
  throw new AwsError(
    "ValidationException",
    `The data type of an existing parameter cannot be changed from ${existing.DataType} to ${String(asked)}.`,
  );
}

/** @throws AwsError `ParameterAlreadyExists` without Overwrite: this is reported immediately */
function nextVersion(call: Call, existing: ExistingParameter | undefined): number {
  if (existing === undefined) return 1;
  if (call.input["Overwrite"] === true) return (existing.Version ?? 0) + 1;
  throw new AwsError(
    "ParameterAlreadyExists",
    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
  );
}

/** Condition keys of the tags that a call sets; those of a removal are in `TagKeys`. */
export function requestTags({ input }: Call): Readonly<Record<string, ContextValue>> {
  const tags = (input["Tags"] ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  const removed = (input["TagKeys"] ?? []) as readonly string[];
  const keys = [...tags.map(({ Key }) => Key), ...removed];
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    "aws:TagKeys": keys,
  };
}

function nameOf(call: Call): string {
  return String(call.input["Name"] ?? "");
}
