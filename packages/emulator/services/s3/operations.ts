import { AwsError, type JsonObject } from "../../contract";
import type { WireRequest } from "../../wire/message";
import type { Decoded } from "../../wire/protocols";

/** One S3 operation: how it is recognised, and the action that it is checked for. */
export interface S3Operation {
  readonly name: string;
  readonly method: string;
  readonly on: "service" | "bucket" | "object";
  /** Query parameter that identifies it. @default - no known sub-resource is present */
  readonly marker?: string;
  /** Whether it names one configuration in `id`. @default - it is the same with and without */
  readonly named?: boolean;
  /** Whether it names a source in `x-amz-copy-source`. @default false */
  readonly copies?: boolean;
  /** Without the prefix `s3:`. */
  readonly action: string;
  /** The action when a version is named. @default - `action` */
  readonly versionAction?: string;
}

type More = Partial<S3Operation>;

const bucket = (method: string, name: string, action: string, marker?: string): S3Operation => ({
  name,
  method,
  on: "bucket",
  marker,
  action,
});
const object = (method: string, name: string, action: string, more: More = {}): S3Operation => ({
  name,
  method,
  on: "object",
  action,
  ...more,
});

/** Configurations that a bucket can have several of, by id: the sub-resource, and their name. */
export const CONFIGURATIONS = {
  analytics: "Analytics",
  inventory: "Inventory",
  "intelligent-tiering": "IntelligentTiering",
  metrics: "Metrics",
} as const;

const configurations = Object.entries(CONFIGURATIONS).flatMap(([marker, kind]): readonly S3Operation[] => [
  {
    ...bucket("GET", `GetBucket${kind}Configuration`, `Get${kind}Configuration`, marker),
    named: true,
  },
  {
    ...bucket("GET", `ListBucket${kind}Configurations`, `Get${kind}Configuration`, marker),
    named: false,
  },
  bucket("PUT", `PutBucket${kind}Configuration`, `Put${kind}Configuration`, marker),
  bucket("DELETE", `DeleteBucket${kind}Configuration`, `Put${kind}Configuration`, marker),
]);

/**
 * The operations on buckets and objects that a migration needs, and those that Terraform's provider uses to read a
 * bucket. Source: service authorization reference, "Amazon S3"; S3 user guide, "Required permissions for S3 API
 * operations".
 */
export const S3_OPERATIONS: readonly S3Operation[] = [
  { name: "ListBuckets", method: "GET", on: "service", action: "ListAllMyBuckets" },
  bucket("PUT", "CreateBucket", "CreateBucket"),
  bucket("HEAD", "HeadBucket", "ListBucket"),
  bucket("DELETE", "DeleteBucket", "DeleteBucket"),
  bucket("GET", "ListObjectsV2", "ListBucket", "list-type"),
  bucket("GET", "ListObjects", "ListBucket"),
  bucket("GET", "ListObjectVersions", "ListBucketVersions", "versions"),
  bucket("GET", "ListMultipartUploads", "ListBucketMultipartUploads", "uploads"),
  bucket("POST", "DeleteObjects", "DeleteObject", "delete"),
  bucket("GET", "GetBucketLocation", "GetBucketLocation", "location"),
  bucket("GET", "GetBucketVersioning", "GetBucketVersioning", "versioning"),
  bucket("PUT", "PutBucketVersioning", "PutBucketVersioning", "versioning"),
  bucket("GET", "GetBucketEncryption", "GetEncryptionConfiguration", "encryption"),
  bucket("PUT", "PutBucketEncryption", "PutEncryptionConfiguration", "encryption"),
  bucket("DELETE", "DeleteBucketEncryption", "PutEncryptionConfiguration", "encryption"),
  bucket("GET", "GetBucketPolicy", "GetBucketPolicy", "policy"),
  bucket("PUT", "PutBucketPolicy", "PutBucketPolicy", "policy"),
  bucket("DELETE", "DeleteBucketPolicy", "DeleteBucketPolicy", "policy"),
  bucket("GET", "GetBucketPolicyStatus", "GetBucketPolicyStatus", "policyStatus"),
  bucket("GET", "GetPublicAccessBlock", "GetBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("PUT", "PutPublicAccessBlock", "PutBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("DELETE", "DeletePublicAccessBlock", "PutBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("GET", "GetBucketOwnershipControls", "GetBucketOwnershipControls", "ownershipControls"),
  bucket("PUT", "PutBucketOwnershipControls", "PutBucketOwnershipControls", "ownershipControls"),
  bucket("DELETE", "DeleteBucketOwnershipControls", "PutBucketOwnershipControls", "ownershipControls"),
  bucket("GET", "GetBucketReplication", "GetReplicationConfiguration", "replication"),
  bucket("PUT", "PutBucketReplication", "PutReplicationConfiguration", "replication"),
  bucket("DELETE", "DeleteBucketReplication", "PutReplicationConfiguration", "replication"),
  bucket("GET", "GetBucketTagging", "GetBucketTagging", "tagging"),
  bucket("PUT", "PutBucketTagging", "PutBucketTagging", "tagging"),
  bucket("DELETE", "DeleteBucketTagging", "PutBucketTagging", "tagging"),
  bucket("GET", "GetBucketAcl", "GetBucketAcl", "acl"),
  bucket("PUT", "PutBucketAcl", "PutBucketAcl", "acl"),
  bucket("GET", "GetBucketNotificationConfiguration", "GetBucketNotification", "notification"),
  bucket("PUT", "PutBucketNotificationConfiguration", "PutBucketNotification", "notification"),
  ...configurations,
  bucket("GET", "GetBucketCors", "GetBucketCORS", "cors"),
  bucket("PUT", "PutBucketCors", "PutBucketCORS", "cors"),
  bucket("DELETE", "DeleteBucketCors", "PutBucketCORS", "cors"),
  bucket("GET", "GetBucketWebsite", "GetBucketWebsite", "website"),
  bucket("GET", "GetBucketAccelerateConfiguration", "GetAccelerateConfiguration", "accelerate"),
  bucket("GET", "GetBucketRequestPayment", "GetBucketRequestPayment", "requestPayment"),
  bucket("GET", "GetBucketLogging", "GetBucketLogging", "logging"),
  bucket("GET", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration", "lifecycle"),
  bucket("PUT", "PutBucketLifecycleConfiguration", "PutLifecycleConfiguration", "lifecycle"),
  bucket("DELETE", "DeleteBucketLifecycle", "PutLifecycleConfiguration", "lifecycle"),
  bucket("GET", "GetObjectLockConfiguration", "GetBucketObjectLockConfiguration", "object-lock"),
  bucket("PUT", "PutObjectLockConfiguration", "PutBucketObjectLockConfiguration", "object-lock"),
  object("GET", "GetObject", "GetObject", { versionAction: "GetObjectVersion" }),
  object("HEAD", "HeadObject", "GetObject", { versionAction: "GetObjectVersion" }),
  object("GET", "GetObjectAttributes", "GetObject", {
    marker: "attributes",
    versionAction: "GetObjectVersion",
  }),
  object("PUT", "PutObject", "PutObject"),
  object("PUT", "CopyObject", "PutObject", { copies: true }),
  object("POST", "CreateMultipartUpload", "PutObject", { marker: "uploads" }),
  object("PUT", "UploadPart", "PutObject", { marker: "uploadId" }),
  object("PUT", "UploadPartCopy", "PutObject", { marker: "uploadId", copies: true }),
  object("POST", "CompleteMultipartUpload", "PutObject", { marker: "uploadId" }),
  object("DELETE", "AbortMultipartUpload", "AbortMultipartUpload", { marker: "uploadId" }),
  object("GET", "ListParts", "ListMultipartUploadParts", { marker: "uploadId" }),
  object("DELETE", "DeleteObject", "DeleteObject", { versionAction: "DeleteObjectVersion" }),
  object("GET", "GetObjectAcl", "GetObjectAcl", { marker: "acl", versionAction: "GetObjectVersionAcl" }),
  object("PUT", "PutObjectAcl", "PutObjectAcl", { marker: "acl", versionAction: "PutObjectVersionAcl" }),
  object("GET", "GetObjectTagging", "GetObjectTagging", {
    marker: "tagging",
    versionAction: "GetObjectVersionTagging",
  }),
  object("PUT", "PutObjectTagging", "PutObjectTagging", {
    marker: "tagging",
    versionAction: "PutObjectVersionTagging",
  }),
  object("GET", "GetObjectRetention", "GetObjectRetention", { marker: "retention" }),
  object("PUT", "PutObjectRetention", "PutObjectRetention", { marker: "retention" }),
  object("GET", "GetObjectLegalHold", "GetObjectLegalHold", { marker: "legal-hold" }),
  object("PUT", "PutObjectLegalHold", "PutObjectLegalHold", { marker: "legal-hold" }),
  object("PUT", "UpdateObjectEncryption", "UpdateObjectEncryption", { marker: "encryption" }),
  object("DELETE", "DeleteObjectTagging", "DeleteObjectTagging", {
    marker: "tagging",
    versionAction: "DeleteObjectVersionTagging",
  }),
];

/** Query parameters that name a sub-resource: a request with one of them is not the plain operation. */
const SUBRESOURCES = new Set([
  ...S3_OPERATIONS.flatMap(({ marker }) => marker ?? []),
  "torrent",
  "restore",
  "select",
]);

/** Headers and query parameters that decide about a call -> their names in the API. */
const MEMBERS: Readonly<Record<string, string>> = {
  "x-amz-acl": "ACL",
  "x-amz-bucket-object-lock-enabled": "ObjectLockEnabledForBucket",
  "x-amz-bypass-governance-retention": "BypassGovernanceRetention",
  "x-amz-checksum-mode": "ChecksumMode",
  "x-amz-copy-source": "CopySource",
  "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
  "x-amz-metadata-directive": "MetadataDirective",
  "x-amz-object-lock-legal-hold": "ObjectLockLegalHoldStatus",
  "x-amz-object-lock-mode": "ObjectLockMode",
  "x-amz-object-lock-retain-until-date": "ObjectLockRetainUntilDate",
  "x-amz-object-ownership": "ObjectOwnership",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-server-side-encryption-bucket-key-enabled": "BucketKeyEnabled",
  "x-amz-server-side-encryption-context": "SSEKMSEncryptionContext",
  "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "x-amz-skip-destination-validation": "SkipDestinationValidation",
  "x-amz-source-expected-bucket-owner": "ExpectedSourceBucketOwner",
  "x-amz-storage-class": "StorageClass",
  "x-amz-tagging": "Tagging",
  "x-amz-tagging-directive": "TaggingDirective",
};
const QUERY_MEMBERS: Readonly<Record<string, string>> = {
  "continuation-token": "ContinuationToken",
  delimiter: "Delimiter",
  id: "Id",
  "max-keys": "MaxKeys",
  partNumber: "PartNumber",
  prefix: "Prefix",
  uploadId: "UploadId",
  versionId: "VersionId",
};

/**
 * The operation of a path-style request, and its parameters. The bucket's name is the first part of the path.
 * @throws AwsError `NotImplemented` for what is not modelled: S3's own code, which clients do not retry
 */
export function decodeS3(request: WireRequest): Decoded {
  const [, bucketName = "", ...rest] = request.path.split("/");
  const key = decoded(rest.join("/"));
  const on = bucketName === "" ? "service" : key === "" ? "bucket" : "object";
  const marker = [...request.query.keys()].find((name) => SUBRESOURCES.has(name));
  const copies = request.headers["x-amz-copy-source"] !== undefined;
  const named = request.query.has("id");
  const operation = S3_OPERATIONS.find(
    (o) =>
      o.method === request.method &&
      o.on === on &&
      o.marker === marker &&
      (o.copies ?? false) === copies &&
      (o.named ?? named) === named,
  );
  if (operation === undefined) {
    throw notModelled(`${request.method} of a ${on}${marker === undefined ? "" : ` with ?${marker}`} in S3`);
  }
  refuseCustomerKeys(request, operation);
  return {
    operation: operation.name,
    input: { Bucket: decoded(bucketName), Key: key, ...membersOf(request) },
  };
}

function membersOf({ headers, query }: WireRequest): JsonObject {
  const fromHeaders = Object.entries(MEMBERS).map(([header, name]) => [name, headers[header]] as const);
  const fromQuery = Object.entries(QUERY_MEMBERS).map(
    ([parameter, name]) => [name, query.get(parameter) ?? undefined] as const,
  );
  return Object.fromEntries([...fromHeaders, ...fromQuery].filter(([, value]) => value !== undefined));
}

/** Source: S3 user guide, "Specifying server-side encryption with customer-provided keys (SSE-C)", and the API reference of each. */
const WITH_CUSTOMER_KEYS: readonly string[] = [
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateMultipartUpload",
  "GetObject",
  "GetObjectAttributes",
  "HeadObject",
  "ListParts",
  "PutObject",
  "UploadPart",
  "UploadPartCopy",
];

/** It is not documented what S3 does with customers' keys in operations that need none. */
function refuseCustomerKeys(
  { headers }: WireRequest,
  { name: operation, copies = false }: S3Operation,
): void {
  const given = Object.keys(headers).some(
    (name) =>
      name.includes("server-side-encryption-customer") &&
      !(name.startsWith("x-amz-copy-source-") ? copies : WITH_CUSTOMER_KEYS.includes(operation)),
  );
  if (given) throw notModelled(`keys that customers provide (SSE-C) with ${operation} in S3`);
}

function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `The rehearsal cloud does not model ${what}.`);
}

/** @throws AwsError `InvalidURI` for a path with invalid percent-encoding */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}
