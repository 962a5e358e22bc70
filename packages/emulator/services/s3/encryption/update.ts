/**
 * UpdateObjectEncryption: changes the key of an existing object and nothing else. Source: S3 API reference,
 * "UpdateObjectEncryption".
 */
import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { objectCheck } from "../access";
import { bucketOf } from "../buckets";
import { isLocked } from "../lock/lock";
import { look, missing, noteOfAnswer, requireAccess, type CopySource } from "../objects/source";
import type { S3Parts } from "../parts";
import { setNote } from "../state";
import { element, emptyAnswer, readXml, textOf, type XmlElement } from "../xml";
import { keyNotFound, requireKey } from "./use";

/** The permissions that AWS requires on the object's old key, and on its new key. */
const LEAVE = ["kms:Decrypt", "kms:ReEncryptFrom"] as const;
const ENTER = ["kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptTo"] as const;

export interface NewEncryption {
  readonly keyArn: string;
  readonly bucketKey: boolean;
}

export function updateObjectEncryption(parts: S3Parts): Relay {
  return async ({ call, cloud, request }) => {
    const version = call.input["VersionId"];
    const object = {
      bucket: bucketOf(parts.state, call),
      key: String(call.input["Key"]),
      ...(typeof version === "string" ? { version } : {}),
    };
    await update(
      parts,
      cloud,
      call.caller,
      object,
      readEncryption(readXml(request.body, "ObjectEncryption")),
    );
    return emptyAnswer();
  };
}

/** The same for a task of Batch Operations, whose role is the caller. @throws AwsError like the operation */
export async function updateAs(
  parts: S3Parts,
  cloud: Cloud,
  caller: Caller,
  object: CopySource,
  encryption: NewEncryption,
): Promise<void> {
  await requireAccess(
    cloud,
    caller,
    objectCheck(object.bucket, caller, "UpdateObjectEncryption", object.key),
  );
  await update(parts, cloud, caller, object, encryption);
}

/** @throws AwsError `InvalidRequest` with AWS's text */
export function readEncryption(given: XmlElement): NewEncryption {
  if (given["SSE-KMS"] === undefined) {
    throw invalid(
      "Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.",
    );
  }
  const kms = element(given, "SSE-KMS");
  const keyArn = textOf(kms, "KMSKeyArn") ?? "";
  if (keyArn === "") {
    throw invalid(
      "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again.",
    );
  }
  const arn = parseArn(keyArn);
  if (arn?.service !== "kms" || !arn.resource.startsWith("key/")) {
    throw invalid(
      "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.",
    );
  }
  return { keyArn, bucketKey: textOf(kms, "BucketKeyEnabled") === "true" };
}

async function update(
  parts: S3Parts,
  cloud: Cloud,
  caller: Caller,
  object: CopySource,
  { keyArn, bucketKey }: NewEncryption,
): Promise<void> {
  const { bucket, key } = object;
  if (parseArn(keyArn)?.account !== bucket.account) {
    throw new AwsError(
      "AccessDenied",
      "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a KMS key from the same account, and then try again.",
      403,
    );
  }
  const seen = await look(parts, bucket, key, object.version);
  if (seen.status >= 400) throw await missing(cloud, caller, object);
  const note = noteOfAnswer(parts, bucket, key, seen);
  if (note.key?.algorithm === "aws:kms:dsse" || note.customerKey !== undefined) {
    throw invalid(
      "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
    );
  }
  if (isLocked(note, cloud.clock)) {
    throw invalid(
      "The UpdateObjectEncryption operation doesn't support objects with an S3 Object Lock retention mode or legal hold applied.",
    );
  }
  if (cloud.keys.find(keyArn, bucket.account, bucket.region) === undefined)
    throw keyNotFound(keyArn, bucket.account, bucket.region);
  const under = { algorithm: "aws:kms" as const, keyArn, bucketKey };
  await requireKey(cloud, caller, { bucket, key, under: note.key }, LEAVE);
  await requireKey(cloud, caller, { bucket, key, under }, ENTER);
  setNote(parts.state, bucket.name, key, seen.headers["x-amz-version-id"] ?? "null", { ...note, key: under });
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidRequest", message);
}
