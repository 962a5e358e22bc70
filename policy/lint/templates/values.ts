import { iamArn, isRecord, keyArn, roleArn } from "@keyferry/common";
import { memberOf } from "../unwrap";

/** Stand-ins for the account and the Region of a stack, which are known only at its deployment. */
export const STACK = { account: "123456789012", region: "eu-west-1", partition: "aws" } as const;
const STAND_IN_KEY = "00000000-0000-4000-8000-000000000000";

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  "AWS::AccountId": STACK.account,
  "AWS::Region": STACK.region,
  "AWS::Partition": STACK.partition,
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": "stack",
  "AWS::StackId": `arn:${STACK.partition}:cloudformation:${STACK.region}:${STACK.account}:stack/stack/0`,
};

interface ResourceValues {
  readonly ref: (name: string) => string;
  readonly arn: (name: string) => string;
  /** The property that holds the resource's name. */
  readonly named?: string;
}

/** What `Ref` and `Fn::GetAtt X.Arn` return for the resources that policies refer to. */
const RESOURCES: Readonly<Record<string, ResourceValues>> = {
  "AWS::IAM::Role": {
    ref: (name) => name,
    arn: (name) => roleArn(STACK.partition, STACK.account, name),
    named: "RoleName",
  },
  "AWS::IAM::User": {
    ref: (name) => name,
    arn: (name) => iamArn(STACK.partition, STACK.account, `user/${name}`),
    named: "UserName",
  },
  "AWS::KMS::Key": { ref: () => STAND_IN_KEY, arn: () => keyArn(STACK.region, STACK.account, STAND_IN_KEY) },
  "AWS::KMS::ReplicaKey": {
    ref: () => STAND_IN_KEY,
    arn: () => keyArn(STACK.region, STACK.account, STAND_IN_KEY),
  },
  "AWS::S3::Bucket": {
    ref: (name) => name.toLowerCase(),
    arn: (name) => `arn:${STACK.partition}:s3:::${name.toLowerCase()}`,
    named: "BucketName",
  },
};

/** The parts of a template that define the names that its policies use. */
export interface TemplateNames {
  readonly parameters: unknown;
  readonly resources: unknown;
  readonly mappings: unknown;
}

/** The value of `Ref`: a text or, for a list parameter, texts; undefined if it is known only after the deployment. */
export function refValue(
  name: string,
  { parameters, resources }: TemplateNames,
): string | readonly string[] | undefined {
  const pseudo = memberOf(PSEUDO_PARAMETERS, name);
  if (typeof pseudo === "string") return pseudo;
  const parameter = memberOf(parameters, name);
  if (isRecord(parameter)) return defaultOf(parameter);
  return ofResource(name, resources, "ref");
}

/** The value of `Fn::GetAtt`; undefined if it is known only after the deployment. */
export function attributeValue(
  name: string,
  attribute: string,
  { resources }: TemplateNames,
): string | undefined {
  return attribute === "Arn" ? ofResource(name, resources, "arn") : undefined;
}

function defaultOf({ Type: type, Default: value }: Readonly<Record<string, unknown>>) {
  if (typeof value !== "string" || String(type).startsWith("AWS::SSM::Parameter::Value")) return undefined;
  const isList = type === "CommaDelimitedList" || String(type).startsWith("List<");
  return isList ? value.split(",").map((text) => text.trim()) : value;
}

function ofResource(name: string, resources: unknown, what: "ref" | "arn"): string | undefined {
  const resource = memberOf(resources, name);
  const known = memberOf(RESOURCES, String(memberOf(resource, "Type"))) as ResourceValues | undefined;
  if (known === undefined) return undefined;
  const own = known.named === undefined ? undefined : memberOf(memberOf(resource, "Properties"), known.named);
  return known[what](typeof own === "string" ? own : name);
}
