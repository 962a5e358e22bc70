import { parameterArn, publicParameterArn } from "@keyferry/common";
import { AwsError, type AccessCheck, type Call, type Operation } from "../../contract";
import type { MountedService } from "../../dispatch";
import { publicParameterRelays } from "./public-parameters";
import { putParameter, requestTags } from "./put-parameter";

/** Parameters of an operation that hold parameter names. */
const NAMES: Readonly<Record<string, "Name" | "Names" | "ResourceId">> = {
  GetParameter: "Name",
  GetParameterHistory: "Name",
  DeleteParameter: "Name",
  GetParameters: "Names",
  DeleteParameters: "Names",
  AddTagsToResource: "ResourceId",
  ListTagsForResource: "ResourceId",
  RemoveTagsFromResource: "ResourceId",
};

/** Parameter Store: authorised here, stored in moto; parameters that name images are validated here first. */
export function ssmService(): MountedService {
  return {
    name: "ssm",
    protocol: "json",
    operations: { PutParameter: putParameter },
    forwarded: {
      ...Object.fromEntries(Object.keys(NAMES).map((operation) => [operation, onParameters])),
      GetParametersByPath: onPath,
      DescribeParameters: onAny,
    },
    relays: publicParameterRelays,
  };
}

const onParameters: Operation["checks"] = (call) => {
  const field = NAMES[call.operation] ?? "Name";
  const type = call.input["ResourceType"];
  if (field === "ResourceId" && type !== "Parameter") {
    throw new AwsError("UnsupportedOperation", `The rehearsal cloud does not model tags of ${String(type)}.`);
  }
  const value = call.input[field];
  const names = Array.isArray(value) ? (value as readonly unknown[]).map(String) : [String(value ?? "")];
  return names.map((name) => checkOn(call, name));
};

/** A path is checked on the path itself and on everything below it. */
const onPath: Operation["checks"] = (call) => [checkOn(call, String(call.input["Path"] ?? "/"))];

const onAny: Operation["checks"] = (call) => [{ action: `ssm:${call.operation}`, resource: "*" }];

function checkOn(call: Call, name: string): AccessCheck {
  return {
    action: `ssm:${call.operation}`,
    resource: parameterResource(call, name),
    context: requestTags(call),
  };
}

/** ARN of a parameter given by name, with a version or label after a colon, or by ARN. */
export function parameterResource(call: Call, name: string): string {
  if (name.startsWith("arn:")) return name;
  const plain = name.replace(/:.*$/, "");
  if (plain.startsWith("/aws/service/")) return publicParameterArn(call.region, plain);
  return parameterArn(call.region, call.caller.account, plain);
}
