/**
 * KMS as S3 uses it on the caller's behalf, with the object's ARN, or with the bucket's ARN for a bucket key, in the
 * encryption context. Sources: S3 user guide, "Using server-side encryption with AWS KMS keys", "Reducing the cost of
 * SSE-KMS with Amazon S3 Bucket Keys".
 */
import { keyArn, parseArn } from "@keyferry/common";
import type { Verdict } from "@keyferry/evaluator";
import { denial } from "../../../authorise/denial";
import type { Caller, Cloud, KeyView } from "../../../contract";
import { AwsError } from "../../../contract";
import { isKeyId } from "../../kms/key-id";
import { s3Arn } from "../access";
import type { Bucket, ObjectKey, ObjectNote } from "../state";
import { requireCustomerKey } from "./customer-key";

/**
 * The required permissions: writing an object, its parts, and reading. Multipart uploads are decrypted when they are
 * completed.
 */
export const WRITE = ["kms:GenerateDataKey"] as const;
export const WRITE_PARTS = ["kms:GenerateDataKey", "kms:Decrypt"] as const;
export const READ = ["kms:Decrypt"] as const;

/** Why a key cannot be used: it does not exist, is not enabled, or the caller may not use it. */
export type KeyRefusal =
  | { readonly why: "missing" }
  | { readonly why: "state"; readonly key: KeyView }
  | { readonly why: "access"; readonly action: string; readonly verdict: Verdict & { allowed: false } };

/** The first permission on an object's key that the caller lacks; undefined when there is none, and under SSE-S3. */
export async function keyRefusal(
  cloud: Cloud,
  caller: Caller,
  object: { readonly bucket: Bucket; readonly key: string; readonly under: ObjectKey | undefined },
  actions: readonly string[],
): Promise<KeyRefusal | undefined> {
  const { bucket, key, under } = object;
  if (under === undefined) return undefined;
  const { region = "", account = "" } = parseArn(under.keyArn) ?? {};
  const view = cloud.keys.find(under.keyArn, account, region);
  if (view === undefined) return { why: "missing" };
  if (view.state !== "Enabled" && view.state !== "Updating") return { why: "state", key: view };
  const arn = under.bucketKey ? s3Arn(bucket) : s3Arn(bucket, key);
  const encryptionContext = { ...under.context, "aws:s3:arn": arn };
  for (const action of actions) {
    const verdict = await cloud.keys.allows(caller, action, view, { service: "s3", encryptionContext });
    if (!verdict.allowed) return { why: "access", action, verdict };
  }
  return undefined;
}

/** @throws AwsError `AccessDenied` and KMS's errors for keys that do not exist or are not enabled */
export async function requireKey(
  cloud: Cloud,
  caller: Caller,
  object: { readonly bucket: Bucket; readonly key: string; readonly under: ObjectKey | undefined },
  actions: readonly string[],
): Promise<void> {
  const refusal = await keyRefusal(cloud, caller, object, actions);
  const arn = object.under?.keyArn ?? "";
  if (refusal === undefined) return;
  if (refusal.why === "missing") throw new AwsError("KMS.NotFoundException", missingText(arn));
  if (refusal.why === "state") throw wrongState(refusal.key);
  const check = { action: refusal.action, resource: arn, resourceAccount: caller.account };
  throw denial("rest-xml", caller, check, refusal.verdict);
}

/**
 * Checks that the content of a version can be read: with its KMS key, or with the key that its writer keeps.
 * @throws AwsError as for both
 */
export async function requireReadable(
  cloud: Cloud,
  caller: Caller,
  { bucket, key, note }: { readonly bucket: Bucket; readonly key: string; readonly note: ObjectNote },
  customerKey: Buffer | undefined,
): Promise<void> {
  requireCustomerKey(note.customerKey, customerKey);
  await requireKey(cloud, caller, { bucket, key, under: note.key }, READ);
}

/** KMS's own texts: they distinguish a text that is not a key id from a key that does not exist. */
function missingText(arn: string): string {
  const id = parseArn(arn)?.resource.replace(/^key\//, "") ?? arn;
  return isKeyId(id) ? `Key '${arn}' does not exist` : `Invalid keyId '${id}'`;
}

/** The key that a request or a bucket's default names does not exist. */
export function keyNotFound(reference: string, account: string, region: string): AwsError {
  const arn = parseArn(reference);
  const elsewhere = arn !== undefined && arn.region !== region;
  const named = reference.includes("alias/")
    ? `Alias ${reference} is not found.`
    : missingText(arn === undefined ? keyArn(region, account, reference) : reference);
  return new AwsError("KMS.NotFoundException", elsewhere ? `Invalid arn ${arn.region}` : named);
}

const STATES: Readonly<Record<string, readonly [code: string, text: string]>> = {
  Disabled: ["KMS.DisabledException", "is disabled."],
  PendingDeletion: ["KMS.KMSInvalidStateException", "is pending deletion."],
  PendingImport: ["KMS.KMSInvalidStateException", "is pending import."],
};

function wrongState({ arn, state }: KeyView): AwsError {
  const [code, text] = STATES[state] ?? ["KMS.KMSInvalidStateException", `is ${state}.`];
  return new AwsError(code, `${arn} ${text}`);
}
