import type { Call, Cloud } from "../../../contract";
import type { Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { chooseKey, encryptionHeaders, withoutSettings } from "../encryption/choose";
import { customerKeyHeaders, newCustomerKey } from "../encryption/customer-key";
import { requireKey, WRITE } from "../encryption/use";
import { askedLock, lockOfNew } from "../lock/lock";
import type { S3Parts } from "../parts";
import { replicateObject, type Departure } from "../replication/begin";
import { ownedBy } from "../settings/ownership";
import { setNote, type Bucket, type ObjectNote } from "../state";

/** PutObject: the object's key is selected and checked, then the bytes are sent to moto with the matching headers. */
export function putObject(parts: S3Parts): Relay {
  return async ({ call, cloud, request }) => {
    const bucket = bucketOf(parts.state, call);
    const key = String(call.input["Key"]);
    const note = await newNote(call, cloud, bucket, WRITE, request.headers);
    const headers = { ...withoutSettings(request.headers), ...encryptionHeaders(note) };
    const answer = await parts.backend.pass(bucket, { ...request, headers });
    if (answer.status >= 400) return answer;
    const made = await written(parts, cloud, bucket, key, note, answer);
    return { ...made, headers: { ...made.headers, ...customerKeyHeaders(request.headers) } };
  };
}

/**
 * The state of an object that the caller writes.
 * @param headers of the request, which may contain a key of the customer
 * @throws AwsError for an ACL that the bucket does not accept, and for a key that the caller may not use
 */
export async function newNote(
  call: Call,
  cloud: Cloud,
  bucket: Bucket,
  actions: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<ObjectNote> {
  const key = String(call.input["Key"]);
  const owned = ownedBy(bucket, call);
  const lock = askedLock(call, bucket, cloud.clock);
  const customerKey = newCustomerKey(call, bucket, headers);
  if (customerKey !== undefined) return { ...owned, ...lock, customerKey };
  const under = chooseKey(call, bucket, cloud);
  await requireKey(cloud, call.caller, { bucket, key, under }, actions);
  return { ...owned, ...lock, key: under };
}

/** Stores the state of an object that moto has accepted, starts its replication, and returns how it is encrypted. */
export async function written(
  parts: S3Parts,
  cloud: Departure,
  bucket: Bucket,
  key: string,
  note: ObjectNote,
  answer: BackendAnswer,
): Promise<BackendAnswer> {
  const version = answer.headers["x-amz-version-id"] ?? "null";
  setNote(parts.state, bucket.name, key, version, { ...note, ...lockOfNew(bucket, note, cloud.clock) });
  await replicateObject(parts, cloud, bucket, key, version);
  return { ...answer, headers: { ...answer.headers, ...encryptionHeaders(note) } };
}
