/** The instance metadata options. Source: EC2 API reference, "ModifyInstanceMetadataOptions". */
import type { Call, JsonObject, Operation } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { invalidValue, requiredText, text, whole } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, InstanceSettings } from "../state";
import { tagsOf } from "../tags/tags";
import { ownInstance } from "./lifecycle";
import { metadataAnswer } from "./metadata";

const SWITCH = ["enabled", "disabled"];
/** Parameters and their allowed values. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  HttpTokens: ["optional", "required"],
  HttpEndpoint: SWITCH,
  InstanceMetadataTags: SWITCH,
  // There are no IPv6 addresses here.
  HttpProtocolIpv6: ["disabled"],
};
const LARGEST_HOP_LIMIT = 64;
const PARAMETERS = [...Object.keys(CHOICES), "HttpPutResponseHopLimit"];

/** Options that are not given are unchanged; the change is pending in the response, and then applied. */
export function modifyInstanceMetadataOptions(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["InstanceId", ...PARAMETERS],
    checks(call) {
      const id = requiredText(call.input, "InstanceId");
      const tags = tagContext(tagsOf(state, call.caller.account, id));
      return [ownCheck(call, ec2Arn(call, `instance/${id}`), { ...tags, ...setContext(call) })];
    },
    run(call) {
      const instance = ownInstance(state, call, requiredText(call.input, "InstanceId"));
      const { instanceId } = instance;
      instance.settings = { ...instance.settings, ...readChange(call.input) };
      return { instanceId, instanceMetadataOptions: { ...metadataAnswer(instance), state: "pending" } };
    },
  });
}

/** The values that a change sets, as condition keys. Source: EC2 user guide, "Condition keys: ec2:Attribute". */
function setContext({ input }: Call): Record<string, string | readonly string[]> {
  const given = PARAMETERS.filter((name) => text(input, name) !== undefined);
  return {
    ...(given.length === 0 ? {} : { "ec2:Attribute": given }),
    ...Object.fromEntries(given.map((name) => [`ec2:Attribute/${name}`, text(input, name) ?? ""])),
  };
}

/** @throws InvalidParameterValue */
function readChange(input: JsonObject): InstanceSettings {
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = text(input, name);
    if (value !== undefined && !choices.includes(value)) throw invalidValue(name, value);
  }
  const limit = whole(input, "HttpPutResponseHopLimit");
  if (limit !== undefined && (limit < 1 || limit > LARGEST_HOP_LIMIT)) {
    throw invalidValue("HttpPutResponseHopLimit", String(limit));
  }
  const change: InstanceSettings = {
    httpTokens: text(input, "HttpTokens"),
    httpEndpoint: text(input, "HttpEndpoint"),
    httpPutResponseHopLimit: limit,
    instanceMetadataTags: text(input, "InstanceMetadataTags"),
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
