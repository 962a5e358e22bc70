/**
 * Keys that customers provide (SSE-C): they are sent with every request, and S3 stores only a salted HMAC of each.
 * Sources: S3 user guide, "Specifying server-side encryption with customer-provided keys (SSE-C)", "Blocking or
 * unblocking SSE-C for a general purpose bucket", "Troubleshoot access denied (403 Forbidden) errors"; S3 API
 * reference, "UploadPart".
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { s3Arn } from "../access";
import type { Bucket, CustomerKey } from "../state";

type Headers = Readonly<Record<string, string>>;

/** The customer's key of the object that is written or read, and that of the source of a copy. */
const OWN = "x-amz-server-side-encryption-customer-";
const OF_COPY_SOURCE = "x-amz-copy-source-server-side-encryption-customer-";
const KEY_BYTES = 32;

/** A header that contains a key: it is never stored or forwarded. */
export const KEY_HEADER = /server-side-encryption-customer-key$/;

/**
 * The key in a request's headers; undefined if there is none.
 * @throws AwsError `InvalidArgument` and `InvalidEncryptionAlgorithmError` with AWS's texts
 */
export function keyIn(headers: Headers): Buffer | undefined {
  return readKey(headers, OWN);
}

/** The same for the source of a copy. */
export function sourceKeyIn(headers: Headers): Buffer | undefined {
  return readKey(headers, OF_COPY_SOURCE);
}

function readKey(headers: Headers, prefix: string): Buffer | undefined {
  if (!Object.keys(headers).some((name) => name.startsWith(prefix))) return undefined;
  const [algorithm = "", given = "", md5 = ""] = ["algorithm", "key", "key-md5"].map(
    (name) => headers[prefix + name],
  );
  if (algorithm === "") throw invalidArgument(`${MUST} a valid encryption algorithm.`);
  if (algorithm !== "AES256") {
    throw new AwsError(
      "InvalidEncryptionAlgorithmError",
      "The Encryption request you specified is not valid. Supported value: AES256.",
      400,
      {},
      argument(algorithm),
    );
  }
  if (given === "") throw invalidArgument(`${MUST} an appropriate secret key.`);
  if (md5 === "") throw invalidArgument(`${MUST} the client calculated MD5 of the secret key.`);
  const key = Buffer.from(given, "base64");
  if (createHash("md5").update(key).digest("base64") !== md5) {
    throw invalidArgument("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return key;
}

/**
 * What is stored of a new object's customer key; undefined where the call names none.
 * @throws AwsError `AccessDenied` where the bucket blocks SSE-C, as every bucket does unless its default encryption
 *   says otherwise; `InvalidArgument` for a key of the wrong length and for a second kind of encryption
 */
export function newCustomerKey(call: Call, bucket: Bucket, headers: Headers): CustomerKey | undefined {
  if (!Object.keys(headers).some((name) => name.startsWith(OWN))) return undefined;
  refuseBlocked(call, bucket);
  const other = call.input["ServerSideEncryption"];
  if (other !== undefined) {
    throw invalidArgument(
      "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
      String(other),
    );
  }
  const key = keyIn(headers);
  if (key === undefined) return undefined;
  if (key.length !== KEY_BYTES)
    throw invalidArgument("The secret key was invalid for the specified algorithm.");
  const salt = randomBytes(16).toString("base64");
  return { salt, hmac: hmacOf(key, salt) };
}

/** Whether a bucket refuses objects under keys that customers provide. */
export function blocksCustomerKeys({ encryption: { blocked = [] } }: Bucket): boolean {
  return !blocked.includes("NONE");
}

/** AWS gives this reason only to callers of the bucket's own account. @throws AwsError `AccessDenied` */
export function refuseBlocked({ caller, operation, input }: Call, bucket: Bucket): void {
  if (!blocksCustomerKeys(bucket)) return;
  const arn = s3Arn(bucket, String(input["Key"]));
  throw new AwsError(
    "AccessDenied",
    caller.account === bucket.account
      ? `User: ${caller.arn} is not authorized to perform: s3:${operation} on resource: "${arn}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`
      : "Access Denied",
    403,
  );
}

/**
 * Checks that a version can be read with the key of the request.
 * @throws AwsError `InvalidRequest` without a key, and for a key where none is needed; `AccessDenied` for a different
 *   one
 */
export function requireCustomerKey(kept: CustomerKey | undefined, given: Buffer | undefined): void {
  if (kept === undefined && given === undefined) return;
  if (kept === undefined) {
    throw new AwsError("InvalidRequest", "The encryption parameters are not applicable to this object.");
  }
  if (given === undefined) {
    throw new AwsError(
      "InvalidRequest",
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  }
  if (!isKey(kept, given)) throw new AwsError("AccessDenied", `${MUST} the correct secret key.`, 403);
}

/**
 * Parts are encrypted with the key that their upload was started with.
 * @throws AwsError `InvalidRequest` for a missing key, for an unexpected one, and for a different one
 */
export function requireUploadKey(kept: CustomerKey | undefined, given: Buffer | undefined): void {
  if (kept === undefined && given === undefined) return;
  if (kept === undefined || given === undefined) {
    throw new AwsError(
      "InvalidRequest",
      "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
    );
  }
  if (!isKey(kept, given)) {
    throw new AwsError(
      "InvalidRequest",
      "The provided encryption parameters did not match the ones used originally.",
    );
  }
}

/** The response's headers about the request's key: AWS repeats the MD5 of the request. */
export function customerKeyHeaders(headers: Headers): Headers {
  const shown = ["algorithm", "key-md5"].flatMap((name) => {
    const value = headers[OWN + name];
    return value === undefined ? [] : [[OWN + name, value] as const];
  });
  return Object.fromEntries(shown);
}

function isKey({ salt, hmac }: CustomerKey, key: Buffer): boolean {
  return timingSafeEqual(Buffer.from(hmac, "base64"), Buffer.from(hmacOf(key, salt), "base64"));
}

function hmacOf(key: Buffer, salt: string): string {
  return createHmac("sha256", Buffer.from(salt, "base64")).update(key).digest("base64");
}

const MUST = "Requests specifying Server Side Encryption with Customer provided keys must provide";

function invalidArgument(message: string, value = "null"): AwsError {
  return new AwsError("InvalidArgument", message, 400, {}, argument(value));
}

/** AWS's error names this header, whichever of the headers is wrong. */
function argument(value: string): Headers {
  return { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: value };
}
