import { iamArn, partitionOf } from "@keyferry/common";
import type { Call, Operation } from "../../contract";
import type { Identities } from "../../identity/identities";

/** Kinds of resources that IAM's operations name, and the parameter with the name. */
const NAMED: Readonly<Record<string, { readonly parameter: string; readonly prefix: string }>> = {
  role: { parameter: "RoleName", prefix: "role" },
  user: { parameter: "UserName", prefix: "user" },
  group: { parameter: "GroupName", prefix: "group" },
  instanceProfile: { parameter: "InstanceProfileName", prefix: "instance-profile" },
};

/** What an operation is checked on: a named resource, a managed policy, or no resource at all. */
export type Subject = "role" | "user" | "group" | "instanceProfile" | "policy" | "newPolicy" | "any";

/** Parameters that are condition keys. */
const CONTEXT: Readonly<Record<string, string>> = {
  PermissionsBoundary: "iam:PermissionsBoundary",
  PolicyArn: "iam:PolicyARN",
  AWSServiceName: "iam:AWSServiceName",
};

/** The checks of an operation whose IAM action has the operation's own name. */
export function on(subject: Subject, identities: Identities): Operation["checks"] {
  return async (call) => [
    {
      action: `iam:${call.operation}`,
      resource: await resourceOf(subject, call, identities),
      context: contextOf(call),
    },
  ];
}

/** The same, plus `iam:PassRole` on the role that is passed to a service. */
export function onProfileWithRole(identities: Identities): Operation["checks"] {
  return async (call) => [
    {
      action: `iam:${call.operation}`,
      resource: await resourceOf("instanceProfile", call, identities),
      context: contextOf(call),
    },
    {
      action: "iam:PassRole",
      resource: await resourceOf("role", call, identities),
      context: { "iam:PassedToService": "ec2.amazonaws.com" },
    },
  ];
}

async function resourceOf(subject: Subject, call: Call, identities: Identities): Promise<string> {
  const { account } = call.caller;
  const partition = partitionOf(call.region);
  if (subject === "any") return "*";
  if (subject === "policy") return text(call, "PolicyArn");
  if (subject === "newPolicy")
    return iamArn(partition, account, `policy${pathOf(call)}${text(call, "PolicyName")}`);
  const named = NAMED[subject];
  if (named === undefined) return "*";
  const name = text(call, named.parameter);
  const existing = await existingOne(subject, account, name, partition, identities);
  if (existing !== undefined) return existing.arn;
  // GetUser without a name refers to the caller itself.
  if (name === "") return subject === "user" ? call.caller.arn : "*";
  return iamArn(partition, account, `${named.prefix}${pathOf(call)}${name}`);
}

/** An existing role or user has its real ARN, with its path. */
function existingOne(
  subject: Subject,
  account: string,
  name: string,
  partition: string,
  identities: Identities,
): Promise<{ readonly arn: string } | undefined> {
  if (name === "") return Promise.resolve(undefined);
  if (subject === "role") return identities.roleNow(account, name, partition);
  return subject === "user" ? identities.userNow(account, name, partition) : Promise.resolve(undefined);
}

function contextOf(call: Call): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const [parameter, key] of Object.entries(CONTEXT)) {
    const value = call.input[parameter];
    if (typeof value === "string") context[key] = value;
  }
  const tags = call.input["Tags"];
  if (Array.isArray(tags)) {
    const pairs = tags as readonly { readonly Key?: string; readonly Value?: string }[];
    for (const { Key = "", Value = "" } of pairs) context[`aws:RequestTag/${Key}`] = Value;
    context["aws:TagKeys"] = pairs.map(({ Key = "" }) => Key);
  }
  return context;
}

/** Only creation has a path; a later call only names the resource. */
function pathOf(call: Call): string {
  return text(call, "Path") === "" ? "/" : text(call, "Path");
}

function text(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}
