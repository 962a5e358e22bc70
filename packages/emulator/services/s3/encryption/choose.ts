/** The key of a new object. Source: S3 user guide, "Using server-side encryption with AWS KMS keys". */
import type { Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import type { Bucket, ObjectKey, ObjectNote } from "../state";
import { keyNotFound } from "./use";

/** A call's parameters for encryption. */
interface Asked {
  readonly algorithm?: string;
  readonly keyId?: string;
  readonly bucketKey?: string;
  readonly context?: string;
}

/**
 * The encryption that the call requests, otherwise the bucket's default; undefined for SSE-S3.
 * @throws AwsError `InvalidArgument`, and `KMS.NotFoundException` for a key that does not exist
 */
export function chooseKey(call: Call, bucket: Bucket, cloud: Cloud): ObjectKey | undefined {
  const asked = askedOf(call.input);
  if (asked.algorithm === undefined && asked.keyId !== undefined) {
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  }
  const { encryption } = bucket;
  const algorithm = asked.algorithm ?? encryption.algorithm;
  if (algorithm === "AES256") return undefined;
  if (algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") {
    throw invalidArgument("The encryption method specified is not supported");
  }
  const bucketKey = algorithm === "aws:kms" && isOn(asked.bucketKey, encryption.bucketKey);
  const keyArn =
    asked.keyId === undefined
      ? defaultKey(call, bucket, cloud, asked.algorithm)
      : found(cloud, asked.keyId, call.caller.account, bucket.region);
  return { algorithm, keyArn, bucketKey, context: readContext(asked.context) };
}

/**
 * Headers with which moto and responses name an object's encryption; a key that the customer provides is named only by
 * the request.
 */
export function encryptionHeaders({
  key,
  customerKey,
}: Pick<ObjectNote, "key" | "customerKey">): Readonly<Record<string, string>> {
  if (customerKey !== undefined) return {};
  if (key === undefined) return { "x-amz-server-side-encryption": "AES256" };
  return {
    "x-amz-server-side-encryption": key.algorithm,
    "x-amz-server-side-encryption-aws-kms-key-id": key.keyArn,
    ...(key.bucketKey ? { "x-amz-server-side-encryption-bucket-key-enabled": "true" } : {}),
  };
}

/** A request's headers without those for encryption and Object Lock, which are stored here and not in moto. */
export function withoutSettings(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^x-amz-(server-side-encryption|object-lock-)/.test(name)),
  );
}

/**
 * The key of the bucket's default, or the AWS managed one. An alias there is resolved in the requester's account, an id
 * in the owner's. Source: S3 user guide, "Setting default server-side encryption behavior for Amazon S3 buckets".
 */
function defaultKey(call: Call, bucket: Bucket, cloud: Cloud, asked: string | undefined): string {
  const { account, region, encryption } = bucket;
  const { keyId } = encryption;
  if (keyId === undefined || (asked !== undefined && asked !== encryption.algorithm)) {
    return cloud.keys.managed("aws/s3", account, region).arn;
  }
  return found(cloud, keyId, keyId.startsWith("alias/") ? call.caller.account : account, region);
}

function found(cloud: Cloud, reference: string, account: string, region: string): string {
  const key = cloud.keys.find(reference, account, region);
  if (key === undefined) throw keyNotFound(reference, account, region);
  return key.arn;
}

function askedOf(input: JsonObject): Asked {
  const text = (name: string): string | undefined => {
    const value = input[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return {
    algorithm: text("ServerSideEncryption"),
    keyId: text("SSEKMSKeyId"),
    bucketKey: text("BucketKeyEnabled"),
    context: text("SSEKMSEncryptionContext"),
  };
}

function isOn(asked: string | undefined, otherwise: boolean): boolean {
  return asked === undefined ? otherwise : asked.toLowerCase() === "true";
}

/** Base64 of a JSON object whose values are strings. */
function readContext(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  try {
    const context: unknown = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    if (typeof context === "object" && context !== null && !Array.isArray(context)) {
      return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));
    }
  } catch {
    // Reported below, with S3's own text.
  }
  throw invalidArgument(
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
  );
}

function invalidArgument(message: string): AwsError {
  return new AwsError("InvalidArgument", message);
}
