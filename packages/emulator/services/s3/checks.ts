/** The checks of every S3 operation: on the bucket or object that it names, and on its additional effects. */
import type { AccessCheck, Call, Operation } from "../../contract";
import { bucketCheck, contextOf, objectCheck, s3Arn } from "./access";
import { bucketOf } from "./buckets";
import { copySourceOf, look, noteOfAnswer } from "./objects/source";
import { tagsOfCopy } from "./objects/tagging";
import type { S3Operation } from "./operations";
import type { S3Parts } from "./parts";
import type { Bucket, ObjectNote } from "./state";

export function checksOf(parts: S3Parts, operation: S3Operation): Operation["checks"] {
  if (operation.on === "service") return () => [{ action: `s3:${operation.action}`, resource: "*" }];
  if (operation.name === "CreateBucket") return createCheck;
  if (operation.on === "bucket") return (call) => bucketChecks(bucketOf(parts.state, call), operation, call);
  return (call) => objectChecks(parts, operation, call);
}

/** A bucket that does not exist yet belongs to the account that creates it. */
function createCheck(call: Call): readonly AccessCheck[] {
  const bucket = { name: String(call.input["Bucket"]), region: call.region };
  return [{ action: "s3:CreateBucket", resource: s3Arn(bucket), context: contextOf(call) }];
}

function bucketChecks(bucket: Bucket, { action, name }: S3Operation, call: Call): readonly AccessCheck[] {
  const context = contextOf(call);
  // Many objects in one request are checked as all objects of the bucket.
  if (name === "DeleteObjects") return [objectCheck(bucket, call.caller, action, "*", context)];
  return [bucketCheck(bucket, call.caller, action, context)];
}

async function objectChecks(
  parts: S3Parts,
  operation: S3Operation,
  call: Call,
): Promise<readonly AccessCheck[]> {
  const bucket = bucketOf(parts.state, call);
  const key = String(call.input["Key"]);
  const context = contextOf(call);
  const { action, versionAction, on, method } = operation;
  const chosen = call.input["VersionId"] === undefined ? action : (versionAction ?? action);
  const reads = on === "object" && (method === "GET" || method === "HEAD");
  const note = reads ? await noteFor(parts, bucket, key, call) : {};
  const own = objectCheck(bucket, call.caller, chosen, key, context, note);
  return WRITES.has(operation.name) ? [own, ...(await furtherChecks(parts, operation, call, bucket))] : [own];
}

/** Where ACLs are enabled, an object can belong to another account. */
async function noteFor(parts: S3Parts, bucket: Bucket, key: string, call: Call): Promise<ObjectNote> {
  if (bucket.ownership === "BucketOwnerEnforced") return {};
  const version = call.input["VersionId"];
  const seen = await look(parts, bucket, key, version === undefined ? undefined : String(version));
  return seen.status < 400 ? noteOfAnswer(parts, bucket, key, seen) : {};
}

const WRITES = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);

/** Setting tags or an ACL during a write needs a separate permission, and so does reading the tags that a copy includes. */
async function furtherChecks(
  parts: S3Parts,
  { name }: S3Operation,
  call: Call,
  bucket: Bucket,
): Promise<readonly AccessCheck[]> {
  const key = String(call.input["Key"]);
  const own = (action: string) => objectCheck(bucket, call.caller, action, key, contextOf(call));
  const given = call.input["Tagging"] === undefined ? "none" : "own";
  const tags = name === "CopyObject" ? await tagsOfCopy(parts, call) : given;
  return [
    ...(tags === "source" ? [sourceTags(parts, call)] : []),
    ...(tags === "none" ? [] : [own("PutObjectTagging")]),
    ...(call.input["ACL"] === undefined ? [] : [own("PutObjectAcl")]),
    ...(call.input["ObjectLockMode"] === undefined ? [] : [own("PutObjectRetention")]),
    ...(call.input["ObjectLockLegalHoldStatus"] === undefined ? [] : [own("PutObjectLegalHold")]),
  ];
}

function sourceTags(parts: S3Parts, call: Call): AccessCheck {
  const { bucket, key, version } = copySourceOf(parts, call);
  const action = version === undefined ? "GetObjectTagging" : "GetObjectVersionTagging";
  return objectCheck(bucket, call.caller, action, key);
}
