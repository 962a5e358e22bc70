import { parameterArn } from "../../../core/arn";
import type { ContextValue } from "../../../policy/evaluate/types";
import { AwsError, type Call, type Cloud, type JsonObject, type Moto, type Operation } from "../../contract";

const IMAGE_DATA_TYPE = "aws:ec2:image";
const VALIDATE = "ssm:ValidateImage";
const IMAGE_ID = /^ami-[0-9a-f]{8,17}$/;

const TAGS_WITH_OVERWRITE =
  "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.";

/** How long AWS takes to look at an image that a parameter names: seconds, not minutes. */
const VALIDATION_SECONDS = 5;

/**
 * PutParameter. For `aws:ec2:image` the answer comes before the validation, and a value that names no image that the
 * account can use is never stored. Source: Systems Manager user guide, "Native parameter support for AMI IDs".
 */
export const putParameter: Operation = {
  checks(call) {
    const resource = parameterArn(call.region, call.caller.account, nameOf(call));
    const tags = requestTags(call);
    const context = { "ssm:Overwrite": String(call.input["Overwrite"] === true), ...tags };
    const put = { action: "ssm:PutParameter", resource, context };
    // Tagging while creating is a permission of its own.
    const isTagged = "aws:TagKeys" in tags;
    return isTagged ? [put, { action: "ssm:AddTagsToResource", resource, context: tags }] : [put];
  },
  async run(call, cloud) {
    if (call.input["Overwrite"] === true && "aws:TagKeys" in requestTags(call)) {
      throw new AwsError("ValidationException", TAGS_WITH_OVERWRITE);
    }
    if (call.input["DataType"] !== IMAGE_DATA_TYPE) {
      return store(cloud.moto, call.caller.account, call.region, call.input);
    }
    const image = String(call.input["Value"] ?? "");
    if (!IMAGE_ID.test(image)) {
      throw new AwsError(
        "ValidationException",
        `The parameter value ${image} isn't valid. Valid values for the data type ${IMAGE_DATA_TYPE} are AMI IDs.`,
      );
    }
    const version = await nextVersion(call, cloud);
    const { caller, region, input } = call;
    cloud.clock.schedule(VALIDATION_SECONDS, VALIDATE, { account: caller.account, region, image, input });
    return { Version: version, Tier: call.input["Tier"] ?? "Standard" };
  },
};

/** To be called once for each cloud: what validation does when its time has come. */
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

/** @throws AwsError `ParameterAlreadyExists` without Overwrite: that is said at once */
async function nextVersion(call: Call, cloud: Cloud): Promise<number> {
  const answer = await cloud.moto.json("ssm", call.caller.account, call.region, "AmazonSSM.GetParameters", {
    Names: [nameOf(call)],
  });
  const found = answer["Parameters"] as readonly { readonly Version?: number }[] | undefined;
  const existing = found?.[0];
  if (existing === undefined) return 1;
  if (call.input["Overwrite"] === true) return (existing.Version ?? 0) + 1;
  throw new AwsError(
    "ParameterAlreadyExists",
    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
  );
}

/** Condition keys of the tags that a call sets; those of a removal are named by `TagKeys`. */
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
