/** ModifyInstanceAttribute. Source: EC2 API reference, "ModifyInstanceAttribute"; EC2 user guide, "Change the instance type". */
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { flag, invalidValue, missingParameter, object, objects, requiredText, text, texts } from "../input";
import { DONE, ec2Operation } from "../operation";
import type { Ec2State, Instance, InstanceSettings } from "../state";
import { tagsOf } from "../tags/tags";
import { ownInstance, volumesOf } from "./lifecycle";
import { findPlacement } from "./placement";

interface Attribute {
  /** The parameter for it; `Attribute` and `Value` with a small first letter are the alternative form. */
  readonly parameter: string;
  /** Only for a stopped instance. */
  readonly stopped?: boolean;
  change(instance: Instance, value: JsonObject): void;
}

const setting =
  (read: (value: JsonObject) => InstanceSettings): Attribute["change"] =>
  (instance, value) => {
    instance.settings = { ...instance.settings, ...read(value) };
  };

const ATTRIBUTES: readonly Attribute[] = [
  {
    parameter: "DisableApiTermination",
    change: setting((value) => ({ disableApiTermination: flag(value, "Value") })),
  },
  { parameter: "DisableApiStop", change: setting((value) => ({ disableApiStop: flag(value, "Value") })) },
  { parameter: "SourceDestCheck", change: setting((value) => ({ sourceDestCheck: flag(value, "Value") })) },
  {
    parameter: "InstanceInitiatedShutdownBehavior",
    change: setting((value) => ({ shutdownBehavior: behavior(value) })),
  },
  {
    parameter: "EbsOptimized",
    stopped: true,
    change: setting((value) => ({ ebsOptimized: flag(value, "Value") })),
  },
  { parameter: "UserData", stopped: true, change: setting((value) => ({ userData: text(value, "Value") })) },
  {
    parameter: "InstanceType",
    stopped: true,
    change(instance, value) {
      instance.instanceType = requiredText(value, "Value");
    },
  },
];

function behavior(value: JsonObject): string {
  const wanted = requiredText(value, "Value");
  if (wanted === "stop" || wanted === "terminate") return wanted;
  throw invalidValue("instanceInitiatedShutdownBehavior", wanted);
}

/** One attribute per call. Kernel, RAM disk, ENA and SR-IOV are refused like every parameter that is not listed. */
export function modifyInstanceAttribute(state: Ec2State): Operation {
  return ec2Operation({
    parameters: [
      "InstanceId",
      "Attribute",
      "Value",
      "BlockDeviceMapping",
      "GroupId",
      ...ATTRIBUTES.map(({ parameter }) => parameter),
    ],
    checks(call) {
      const id = requiredText(call.input, "InstanceId");
      const context = { ...tagContext(tagsOf(state, call.caller.account, id)), ...setContext(call) };
      const groups = texts(call.input, "GroupId").map((group) => ec2Arn(call, `security-group/${group}`));
      return [ec2Arn(call, `instance/${id}`), ...groups].map((arn) => ownCheck(call, arn, context));
    },
    run: (call, cloud) => modify(state, call, cloud),
  });
}

/** The values that a change sets, as condition keys. Source: EC2 user guide, "Condition keys: ec2:Attribute". */
function setContext(call: Call): Record<string, string> {
  const found = namedAttribute(call);
  if (found === undefined) return {};
  const { attribute, value } = found;
  const set = text(value, "Value");
  return {
    "ec2:Attribute": attribute.parameter,
    ...(set === undefined ? {} : { [`ec2:Attribute/${attribute.parameter}`]: set }),
  };
}

/** The attribute that the call names, in either form, and its new value. */
function namedAttribute(
  call: Call,
): { readonly attribute: Attribute; readonly value: JsonObject } | undefined {
  const name = text(call.input, "Attribute")?.toLowerCase();
  const attribute = ATTRIBUTES.find(
    ({ parameter }) => parameter.toLowerCase() === name || parameter in call.input,
  );
  if (attribute === undefined) return undefined;
  const { parameter } = attribute;
  return { attribute, value: parameter in call.input ? object(call.input, parameter) : call.input };
}

async function modify(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const instance = ownInstance(state, call, requiredText(call.input, "InstanceId"));
  const groups = texts(call.input, "GroupId");
  const mappings = objects(call.input, "BlockDeviceMapping");
  const found = namedAttribute(call);
  if (found !== undefined) {
    if (found.attribute.stopped === true && instance.state !== "stopped") throw notStopped(instance);
    found.attribute.change(instance, found.value);
  } else if (groups.length > 0) {
    const { subnetId, owner: account, region } = instance;
    const wanted = { account, region, subnetId, securityGroupIds: groups, securityGroupNames: [] };
    instance.securityGroups = (await findPlacement(cloud, wanted)).securityGroups;
  } else if (mappings.length > 0) keepVolumes(state, instance, mappings);
  else {
    const name = text(call.input, "Attribute");
    throw name === undefined ? missingParameter("Attribute") : invalidValue("attribute", name);
  }
  return DONE;
}

/** Whether volumes are deleted with the instance. @throws InvalidInstanceAttributeValue for a device that it does not have */
function keepVolumes(state: Ec2State, instance: Instance, mappings: readonly JsonObject[]): void {
  for (const mapping of mappings) {
    const name = requiredText(mapping, "DeviceName");
    const volume = volumesOf(state, instance).find(({ attachment }) => attachment?.deviceName === name);
    if (volume?.attachment === undefined) {
      throw new AwsError("InvalidInstanceAttributeValue", `No device is currently mapped at ${name}`);
    }
    const goes = flag(object(mapping, "Ebs"), "DeleteOnTermination");
    if (goes !== undefined) volume.attachment.deleteOnTermination = goes;
  }
}

function notStopped({ instanceId }: Instance): AwsError {
  return new AwsError(
    "IncorrectInstanceState",
    `The instance '${instanceId}' is not in the 'stopped' state.`,
  );
}
