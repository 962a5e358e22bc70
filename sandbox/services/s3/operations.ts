import { AwsError } from "../../contract";
import type { WireRequest } from "../../wire/message";
import type { Decoded } from "../../wire/protocols";

/** One S3 operation: how it is recognised, and what it is checked on. */
export interface S3Operation {
  readonly name: string;
  readonly method: string;
  readonly on: "service" | "bucket" | "object";
  /** Query parameter that marks it. @default - none of the known sub-resources is there */
  readonly marker?: string;
  /** Without the prefix `s3:`. */
  readonly action: string;
}

const bucket = (method: string, name: string, action: string, marker?: string): S3Operation => ({
  name,
  method,
  on: "bucket",
  marker,
  action,
});
const object = (method: string, name: string, action: string, marker?: string): S3Operation => ({
  name,
  method,
  on: "object",
  marker,
  action,
});

/** What a bucket for Terraform's state needs, and what Terraform's provider reads of a bucket. */
export const S3_OPERATIONS: readonly S3Operation[] = [
  { name: "ListBuckets", method: "GET", on: "service", action: "ListAllMyBuckets" },
  bucket("PUT", "CreateBucket", "CreateBucket"),
  bucket("HEAD", "HeadBucket", "ListBucket"),
  bucket("DELETE", "DeleteBucket", "DeleteBucket"),
  bucket("GET", "ListObjectsV2", "ListBucket", "list-type"),
  bucket("GET", "ListObjects", "ListBucket"),
  bucket("GET", "ListObjectVersions", "ListBucketVersions", "versions"),
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
  bucket("GET", "GetPublicAccessBlock", "GetBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("PUT", "PutPublicAccessBlock", "PutBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("DELETE", "DeletePublicAccessBlock", "PutBucketPublicAccessBlock", "publicAccessBlock"),
  bucket("GET", "GetBucketOwnershipControls", "GetBucketOwnershipControls", "ownershipControls"),
  bucket("PUT", "PutBucketOwnershipControls", "PutBucketOwnershipControls", "ownershipControls"),
  bucket("DELETE", "DeleteBucketOwnershipControls", "PutBucketOwnershipControls", "ownershipControls"),
  bucket("GET", "GetBucketTagging", "GetBucketTagging", "tagging"),
  bucket("PUT", "PutBucketTagging", "PutBucketTagging", "tagging"),
  bucket("DELETE", "DeleteBucketTagging", "PutBucketTagging", "tagging"),
  bucket("GET", "GetBucketAcl", "GetBucketAcl", "acl"),
  bucket("GET", "GetBucketCors", "GetBucketCORS", "cors"),
  bucket("GET", "GetBucketWebsite", "GetBucketWebsite", "website"),
  bucket("GET", "GetBucketAccelerateConfiguration", "GetAccelerateConfiguration", "accelerate"),
  bucket("GET", "GetBucketRequestPayment", "GetBucketRequestPayment", "requestPayment"),
  bucket("GET", "GetBucketLogging", "GetBucketLogging", "logging"),
  bucket("GET", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration", "lifecycle"),
  bucket("PUT", "PutBucketLifecycleConfiguration", "PutLifecycleConfiguration", "lifecycle"),
  bucket("GET", "GetBucketReplication", "GetReplicationConfiguration", "replication"),
  bucket("GET", "GetObjectLockConfiguration", "GetBucketObjectLockConfiguration", "object-lock"),
  object("GET", "GetObject", "GetObject"),
  object("HEAD", "HeadObject", "GetObject"),
  object("PUT", "PutObject", "PutObject"),
  object("DELETE", "DeleteObject", "DeleteObject"),
  object("GET", "GetObjectTagging", "GetObjectTagging", "tagging"),
];

/** Query parameters that name a sub-resource: with one of them, the plain operation is not meant. */
const SUBRESOURCES = new Set([
  ...S3_OPERATIONS.flatMap(({ marker }) => marker ?? []),
  "uploads",
  "uploadId",
  "retention",
  "legal-hold",
  "torrent",
  "restore",
  "select",
  "attributes",
  "notification",
  "inventory",
  "metrics",
  "analytics",
  "intelligent-tiering",
]);

/**
 * Which operation a path-style request is. The bucket's name is the first part of the path.
 * @throws AwsError `NotImplemented` for what is not modelled: S3's own name for that, which clients do not repeat
 */
export function decodeS3(request: WireRequest): Decoded {
  const [, bucketName = "", ...rest] = request.path.split("/");
  const key = decoded(rest.join("/"));
  const on = bucketName === "" ? "service" : key === "" ? "bucket" : "object";
  const marker = [...request.query.keys()].find((name) => SUBRESOURCES.has(name));
  const copies = request.headers["x-amz-copy-source"] !== undefined;
  const operation = S3_OPERATIONS.find(
    (o) => o.method === request.method && o.on === on && o.marker === marker,
  );
  if (operation === undefined || copies) {
    const what = copies
      ? "copies of objects"
      : `${request.method} of a ${on}${marker === undefined ? "" : ` with ?${marker}`}`;
    throw new AwsError("NotImplemented", `The rehearsal cloud does not model ${what} in S3.`);
  }
  return { operation: operation.name, input: { Bucket: decoded(bucketName), Key: key } };
}

/** @throws AwsError `InvalidURI` for a path that is not percent-encoded well */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}
