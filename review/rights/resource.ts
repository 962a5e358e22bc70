import { accountPrincipal, parseArn } from "@keyferry/common";
import type { GrantDocument, NamedDocument } from "@keyferry/evaluator";
import { KMS_ACTIONS } from "../../policy/lint/actions/kms";
import { S3_ACTIONS, S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS } from "../../policy/lint/actions/s3";
import type { ReadPolicy } from "../read/document";

export type ResourceKind = "key" | "bucket" | "objects" | "role" | "other";

/** What decides about a resource on one side, in addition to the policies of the principal. */
export interface ResourceSide {
  readonly policy: NamedDocument | undefined;
  /** Whether it has a policy that cannot be read before the deployment. */
  readonly unreadable?: boolean;
  readonly grants: readonly GrantDocument[];
  /** Whether S3 denies other accounts access to a public bucket; undefined where no stack sets it. */
  readonly restrictPublicBuckets?: boolean;
}

/** A resource on which rights are compared. */
export interface RightResource {
  readonly kind: ResourceKind;
  readonly arn: string;
  readonly label: string;
  readonly account: string;
  readonly source: string;
  /** No stack creates it: its owner is assumed to allow what the policies of the principal allow. */
  readonly assumed: boolean;
  /** Undefined where it does not exist on that side. */
  readonly base: ResourceSide | undefined;
  readonly head: ResourceSide | undefined;
}

/** KMS's actions that are about a key. */
const OF_KEYS = KMS_ACTIONS.filter(
  (action) =>
    !/CustomKeyStore|^(CreateKey|GenerateRandom|ListAliases|ListKeys|ListRetirableGrants)$/.test(action),
);

const ACTIONS: Readonly<Record<ResourceKind, readonly string[]>> = {
  key: OF_KEYS.map((action) => `kms:${action}`),
  bucket: S3_BUCKET_ACTIONS.map((action) => `s3:${action}`),
  objects: S3_OBJECT_ACTIONS.map((action) => `s3:${action}`),
  role: [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "SetSourceIdentity",
    "TagSession",
  ].map((action) => `sts:${action}`),
  other: [],
};

/** The actions that AWS defines for a kind of resource. */
export function actionsOn(kind: ResourceKind): readonly string[] {
  return ACTIONS[kind];
}

const SERVICES: Readonly<Record<ResourceKind, string>> = {
  key: "kms",
  bucket: "s3",
  objects: "s3",
  role: "sts",
  other: "",
};

const KNOWN = new Set(
  [...KMS_ACTIONS.map((name) => `kms:${name}`), ...S3_ACTIONS.map((name) => `s3:${name}`)].map((action) =>
    action.toLowerCase(),
  ),
);

/** Whether an action that is not in the tables may exist for a kind of resource: AWS adds some every year. */
export function mayBeOnKind(action: string, kind: ResourceKind): boolean {
  const name = action.toLowerCase();
  return name.startsWith(`${SERVICES[kind]}:`) && !KNOWN.has(name);
}

/** Kind of resource for which the rights on an ARN are tested. */
export function kindOf(arn: string): ResourceKind {
  const { service, resource = "" } = parseArn(arn) ?? {};
  if (service === "kms" && resource.startsWith("key/")) return "key";
  if (service === "s3") return resource.includes("/") ? "objects" : "bucket";
  return service === "iam" && resource.startsWith("role/") ? "role" : "other";
}

/** Stands for a policy that is in no stack: it leaves the decision to the principal's account. */
export function assumedPolicy(
  partition: string,
  account: string,
  kind: ResourceKind,
): NamedDocument | undefined {
  if (kind === "other") return undefined;
  const Principal = { AWS: accountPrincipal(partition, account) };
  const Action = kind === "key" ? "kms:*" : kind === "role" ? "sts:*" : "s3:*";
  const element = kind === "role" ? {} : { Resource: "*" };
  return {
    name: "its own policy, which is not in these stacks",
    document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action, ...element }] },
  };
}

export function named(policy: ReadPolicy | undefined): NamedDocument | undefined {
  return policy?.document === undefined ? undefined : { name: policy.name, document: policy.document };
}
