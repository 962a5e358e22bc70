import type { Call, Cloud } from "../../../contract";
import type { Exchange, Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { encryptionHeaders } from "../encryption/choose";
import { customerKeyHeaders, keyIn, requireCustomerKey } from "../encryption/customer-key";
import { READ, requireKey } from "../encryption/use";
import { lockHeaders } from "../lock/lock";
import type { S3Parts } from "../parts";
import { statusOf } from "../replication/status";
import { objectCheck } from "../access";
import type { Bucket, ObjectNote } from "../state";
import { missing, noteOfAnswer } from "./source";

/** Reading objects: content and checksums are returned only to callers that may use the object's key. */
export function readRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  return {
    GetObject: (exchange) => read(parts, exchange, true),
    HeadObject: (exchange) => read(parts, exchange, exchange.call.input["ChecksumMode"] === "ENABLED"),
    GetObjectAttributes: (exchange) => read(parts, exchange, true),
    GetObjectTagging: (exchange) => read(parts, exchange, false),
  };
}

async function read(
  parts: S3Parts,
  { call, cloud, request }: Exchange,
  opens: boolean,
): Promise<BackendAnswer> {
  const bucket = bucketOf(parts.state, call);
  const answer = await parts.backend.pass(bucket, request);
  const key = String(call.input["Key"]);
  if (answer.status === 404 && answer.headers["x-amz-delete-marker"] === undefined) {
    const version = call.input["VersionId"];
    throw await missing(cloud, call.caller, {
      bucket,
      key,
      version: version === undefined ? undefined : String(version),
    });
  }
  if (answer.status >= 400) return answer;
  const note = noteOfAnswer(parts, bucket, key, answer);
  // Without the customer's key, only an object's tags can be read.
  if (call.operation !== "GetObjectTagging") requireCustomerKey(note.customerKey, keyIn(request.headers));
  if (opens) await requireKey(cloud, call.caller, { bucket, key, under: note.key }, READ);
  const lock = await shownLock(cloud, call, bucket, key, note);
  const provided = call.operation === "GetObjectAttributes" ? {} : customerKeyHeaders(request.headers);
  return { ...answer, headers: { ...answer.headers, ...headersOf(note), ...provided, ...lock } };
}

/**
 * The lock of a version is shown only to callers that may see it. Source: S3 user guide, "Permissions for viewing lock
 * information".
 */
async function shownLock(
  cloud: Pick<Cloud, "decide">,
  { caller }: Call,
  bucket: Bucket,
  key: string,
  { retention, legalHold }: ObjectNote,
): Promise<Readonly<Record<string, string>>> {
  const may = async (action: string) =>
    (await cloud.decide(caller, objectCheck(bucket, caller, action, key))).allowed;
  return lockHeaders({
    ...(retention !== undefined && (await may("GetObjectRetention")) ? { retention } : {}),
    ...(legalHold !== undefined && (await may("GetObjectLegalHold")) ? { legalHold } : {}),
  });
}

/** Object properties that moto does not return. */
function headersOf(note: ObjectNote): Readonly<Record<string, string>> {
  const status = statusOf(note);
  return {
    ...(note.key === undefined ? {} : encryptionHeaders(note)),
    ...(status === undefined ? {} : { "x-amz-replication-status": status }),
  };
}
