/** Reads objects for authorised callers: moto's response is held back until the caller's permissions are known. */
import { AwsError, type Caller, type Call, type Cloud } from "../../../contract";
import { denial } from "../../../authorise/denial";
import { bucketCheck, objectCheck } from "../access";
import type { BackendAnswer } from "../backend";
import { sourceBucketOf } from "../buckets";
import { requireReadable } from "../encryption/use";
import type { S3Parts } from "../parts";
import { noteOf, type Bucket, type ObjectNote } from "../state";
import { element, elements, isElement, readXml, textOf } from "../xml";

/** The object that a `CopySource` names. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version?: string;
}

/** @throws AwsError `InvalidArgument` for a text that does not name an object, `NoSuchBucket` */
export function copySourceOf({ state }: S3Parts, call: Call): CopySource {
  const text = String(call.input["CopySource"]);
  const [path = "", query = ""] = text.split("?");
  const [name = "", ...rest] = decodeURIComponent(path).replace(/^\//, "").split("/");
  const key = rest.join("/");
  if (name === "" || key === "") {
    throw new AwsError("InvalidArgument", "Invalid copy source object key");
  }
  const version = new URLSearchParams(query).get("versionId") ?? undefined;
  return { bucket: sourceBucketOf(state, call, name), key, version };
}

/** The stored state of the version in moto's response. */
export function noteOfAnswer(
  { state }: S3Parts,
  bucket: Bucket,
  key: string,
  answer: BackendAnswer,
): ObjectNote {
  return noteOf(state, bucket.name, key, answer.headers["x-amz-version-id"] ?? "null") ?? {};
}

/** Gets the headers of an object, or of a version, without its content. */
export function look(
  { backend }: S3Parts,
  bucket: Bucket,
  key: string,
  version?: string,
): Promise<BackendAnswer> {
  const headers = { "x-amz-checksum-mode": "ENABLED" };
  return backend.send(bucket, { method: "HEAD", key, query: versionQuery(version), headers });
}

export function versionQuery(version: string | undefined): Readonly<Record<string, string>> {
  return version === undefined ? {} : { versionId: version };
}

/**
 * The same for an object that the caller copies from.
 * @param customerKey the request's key for it, if it is under such a key
 * @throws AwsError `AccessDenied`, `NoSuchKey`, KMS's errors
 */
export async function readableSource(
  parts: S3Parts,
  cloud: Cloud,
  caller: Caller,
  source: CopySource,
  customerKey: Buffer | undefined,
): Promise<{ readonly answer: BackendAnswer; readonly note: ObjectNote }> {
  const { bucket, key, version } = source;
  const answer = await look(parts, bucket, key, version);
  const note = answer.status < 400 ? noteOfAnswer(parts, bucket, key, answer) : {};
  const action = version === undefined ? "GetObject" : "GetObjectVersion";
  const context: Record<string, string> = version === undefined ? {} : { "s3:VersionId": version };
  await requireAccess(cloud, caller, objectCheck(bucket, caller, action, key, context, note));
  if (answer.status >= 400) throw await missing(cloud, caller, { bucket, key, version });
  await requireReadable(cloud, caller, { bucket, key, note }, customerKey);
  return { answer, note };
}

/** @throws AwsError `AccessDenied` */
export async function requireAccess(
  cloud: Cloud,
  caller: Caller,
  check: ReturnType<typeof objectCheck>,
): Promise<void> {
  const verdict = await cloud.decide(caller, check);
  if (!verdict.allowed) throw denial("rest-xml", caller, check, verdict);
}

/** A caller that may not list a bucket is not told that an object does not exist. */
export async function missing(
  cloud: Cloud,
  caller: Caller,
  { bucket, key, version }: CopySource,
): Promise<AwsError> {
  const verdict = await cloud.decide(caller, bucketCheck(bucket, caller, "ListBucket"));
  if (!verdict.allowed) return denial("rest-xml", caller, bucketCheck(bucket, caller, "ListBucket"), verdict);
  if (version === undefined) {
    return new AwsError("NoSuchKey", "The specified key does not exist.", 404, {}, { Key: key });
  }
  const details = { Key: key, VersionId: version };
  return new AwsError("NoSuchVersion", "The specified version does not exist.", 404, {}, details);
}

/** The tags of an object in the form of `x-amz-tagging`; empty when it has none. */
export async function taggingOf(
  { backend }: S3Parts,
  { bucket, key, version }: CopySource,
  seen: BackendAnswer,
): Promise<string> {
  if (seen.headers["x-amz-tagging-count"] === undefined) return "";
  const query = { ...versionQuery(version), tagging: "" };
  const answer = await backend.send(bucket, { method: "GET", key, query });
  const tags = elements(element(readXml(answer.body, "Tagging"), "TagSet"), "Tag").filter(isElement);
  const pairs = tags.map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""] as [string, string]);
  return new URLSearchParams(pairs).toString();
}
