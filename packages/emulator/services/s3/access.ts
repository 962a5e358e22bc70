/** The checks of an S3 operation against IAM and bucket policies. */
import { accountPrincipal, formatArn, partitionOf } from "@keyferry/common";
import { type ContextValue, isPublic, type NamedDocument } from "@keyferry/evaluator";
import { parsedPolicy } from "../../authorise/parsed-policy";
import type { AccessCheck, Call } from "../../contract";
import type { Bucket, ObjectNote } from "./state";

type Context = Readonly<Record<string, ContextValue>>;

/** ARN of a bucket, or of an object in it. */
export function s3Arn({ name, region }: Pick<Bucket, "name" | "region">, key?: string): string {
  const resource = key === undefined ? name : `${name}/${key}`;
  return formatArn({ partition: partitionOf(region), service: "s3", region: "", account: "", resource });
}

/** The check of an action on a bucket, with its policy. */
export function bucketCheck(
  bucket: Bucket,
  caller: { readonly account: string },
  action: string,
  context: Context = {},
): AccessCheck {
  return {
    action: `s3:${action}`,
    resource: s3Arn(bucket),
    resourceAccount: bucket.account,
    context: { ...everywhere(bucket), ...context },
    resourcePolicy: policyFor(bucket, caller.account),
    principalIds: bucket.policy?.principalIds,
  };
}

/** The check of an action on an object. For an object of another account, that account and the object's ACL decide. */
export function objectCheck(
  bucket: Bucket,
  caller: { readonly account: string },
  action: string,
  key: string,
  context: Context = {},
  note: ObjectNote = {},
): AccessCheck {
  const check = { ...bucketCheck(bucket, caller, action, context), resource: s3Arn(bucket, key) };
  const owner = ownerOf(bucket, note);
  if (owner === bucket.account) return check;
  const open = note.bucketOwnerMay === "full" || (note.bucketOwnerMay === "read" && /^Get/.test(action));
  return {
    ...check,
    resourceAccount: owner,
    resourcePolicy: { name: `ACL of object ${check.resource}`, document: aclOf(bucket, open) },
    principalIds: undefined,
  };
}

/**
 * The owner of an object: where ACLs are disabled, the bucket owner. Source: S3 user guide, "Controlling ownership of
 * objects".
 */
export function ownerOf(bucket: Bucket, note: ObjectNote = {}): string {
  return bucket.ownership === "BucketOwnerEnforced" ? bucket.account : (note.owner ?? bucket.account);
}

/** Condition keys that the members of a call set. */
export function contextOf(call: Call): Context {
  const named = Object.entries(CONDITION_KEYS).flatMap(([member, key]) => {
    const value = call.input[member];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  return { ...Object.fromEntries(named), ...requestTags(call) };
}

/** Source: service authorization reference, "Amazon S3", condition keys. */
const CONDITION_KEYS: Readonly<Record<string, string>> = {
  ACL: "s3:x-amz-acl",
  CopySource: "s3:x-amz-copy-source",
  Delimiter: "s3:delimiter",
  MaxKeys: "s3:max-keys",
  MetadataDirective: "s3:x-amz-metadata-directive",
  ObjectOwnership: "s3:x-amz-object-ownership",
  Prefix: "s3:prefix",
  SSEKMSKeyId: "s3:x-amz-server-side-encryption-aws-kms-key-id",
  SSECustomerAlgorithm: "s3:x-amz-server-side-encryption-customer-algorithm",
  ServerSideEncryption: "s3:x-amz-server-side-encryption",
  StorageClass: "s3:x-amz-storage-class",
  VersionId: "s3:VersionId",
};

/** Conditions that would need the object's tags, or that are not implemented: policies with them are refused. */
export const UNKNOWN_CONDITION_KEYS =
  /^s3:(ExistingObjectTag\/|DataAccessPoint|AccessGrants|Inventory|object-lock-)/i;

function everywhere({ account }: Bucket): Context {
  return {
    "s3:ResourceAccount": account,
    "s3:TlsVersion": "1.3",
    "s3:authType": "REST-HEADER",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
  };
}

function requestTags({ input }: Call): Context {
  const tagging = input["Tagging"];
  if (typeof tagging !== "string") return {};
  const tags = [...new URLSearchParams(tagging)];
  return {
    ...Object.fromEntries(tags.map(([name, value]) => [`s3:RequestObjectTag/${name}`, value])),
    "s3:RequestObjectTagKeys": tags.map(([name]) => name),
  };
}

/** The bucket's policy as it applies to an account: a public policy that is restricted allows no other account. */
function policyFor(bucket: Bucket, account: string): NamedDocument | undefined {
  if (bucket.policy === undefined) return undefined;
  const name = `policy of bucket ${bucket.name}`;
  const document = parsedPolicy(bucket.policy.text);
  const restricted =
    bucket.publicAccessBlock?.RestrictPublicBuckets === true &&
    account !== bucket.account &&
    isPublic(document);
  return { name, document: restricted ? denialsOf(document) : document };
}

function denialsOf(document: unknown): object {
  const { Version, Statement } = document as { Version?: unknown; Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as { readonly Effect?: unknown }[];
  return { Version, Statement: statements.filter(({ Effect }) => Effect === "Deny") };
}

function aclOf({ account, region }: Bucket, open: boolean): object {
  const Principal = { AWS: accountPrincipal(partitionOf(region), account) };
  const allow = { Effect: "Allow", Principal, Action: "s3:*", Resource: "*" };
  return { Version: "2012-10-17", Statement: open ? [allow] : [] };
}
