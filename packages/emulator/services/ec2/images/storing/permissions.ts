/**
 * The permissions that AWS requires to store or restore an image, in addition to the EC2 calls themselves: the caller's
 * own permissions on the bucket, on the EBS direct APIs and on keys. AWS documents them as one list; which task needs
 * which follows from their names. Sources: EC2 user guide, "Permissions for storing and restoring AMIs using S3"; EBS
 * user guide, "Required permissions for IAM users" of the EBS direct APIs.
 */
import { snapshotArn } from "@keyferry/common";
import { denial } from "../../../../authorise/denial";
import { AwsError, type Caller, type Cloud } from "../../../../contract";
import { currentKey } from "../../encryption/needs";
import type { Snapshot } from "../../state";

const STORE_ON_OBJECT = ["PutObject", "PutObjectTagging", "AbortMultipartUpload", "DeleteObject"];
const RESTORE_ON_OBJECT = ["GetObject"];
const STORE_ON_SNAPSHOTS = ["ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks", "ebs:GetSnapshotBlock"];
const RESTORE_ON_SNAPSHOTS = ["ebs:StartSnapshot", "ebs:PutSnapshotBlock", "ebs:CompleteSnapshot"];
/** Storing decrypts encrypted snapshots. */
const STORE_ON_KEYS = ["kms:DescribeKey", "kms:Decrypt"];
/** A new encrypted snapshot. */
const RESTORE_ON_KEYS = ["kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"];

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Why the caller may not store an image there; undefined when nothing prevents it. */
export function storeRefusal(
  cloud: Cloud,
  caller: Caller,
  { bucket, key }: Place,
  snapshots: readonly Snapshot[],
): Promise<string | undefined> {
  return refusalOf(async () => {
    await cloud.objects.require(caller, "ListBucket", bucket);
    for (const action of STORE_ON_OBJECT) await cloud.objects.require(caller, action, bucket, key);
    await cloud.objects.requireKeyToWrite(caller, bucket, key);
    for (const snapshot of snapshots) {
      await requireOnSnapshot(cloud, caller, STORE_ON_SNAPSHOTS, snapshot.region, snapshot.snapshotId);
      await requireOnKey(cloud, caller, STORE_ON_KEYS, snapshot);
    }
  });
}

/** @throws AwsError with S3's text unless the caller may list the bucket and read the object */
export async function requireToRead(cloud: Cloud, caller: Caller, { bucket, key }: Place): Promise<void> {
  await cloud.objects.require(caller, "ListBucket", bucket);
  for (const action of RESTORE_ON_OBJECT) await cloud.objects.require(caller, action, bucket, key);
}

/** Why the caller may not create a snapshot from a stored one; undefined when nothing prevents it. */
export function restoreRefusal(
  cloud: Cloud,
  caller: Caller,
  snapshot: Snapshot,
): Promise<string | undefined> {
  return refusalOf(async () => {
    await requireOnSnapshot(cloud, caller, RESTORE_ON_SNAPSHOTS, snapshot.region, "*");
    await requireOnKey(cloud, caller, RESTORE_ON_KEYS, snapshot);
  });
}

async function refusalOf(required: () => Promise<void>): Promise<string | undefined> {
  try {
    await required();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function requireOnSnapshot(
  cloud: Cloud,
  caller: Caller,
  actions: readonly string[],
  region: string,
  snapshotId: string,
): Promise<void> {
  for (const action of actions) {
    const check = {
      action,
      resource: snapshotArn(region, snapshotId),
      context: { "aws:RequestedRegion": region },
    };
    const verdict = await cloud.decide(caller, check);
    if (!verdict.allowed) throw denial("json", caller, check, verdict);
  }
}

async function requireOnKey(
  cloud: Cloud,
  caller: Caller,
  actions: readonly string[],
  { keyArn, snapshotId }: Snapshot,
): Promise<void> {
  if (keyArn === undefined) return;
  const key = currentKey(cloud, keyArn);
  if (key === undefined) throw new AwsError("NotFoundException", `Key '${keyArn}' does not exist`);
  if (key.state !== "Enabled") throw new AwsError("KMSInvalidStateException", `${keyArn} is ${key.state}.`);
  for (const action of actions) {
    const via = { service: "ec2", encryptionContext: { "aws:ebs:id": snapshotId } };
    const verdict = await cloud.keys.allows(caller, action, key, via);
    const check = { action, resource: keyArn, resourceAccount: caller.account };
    if (!verdict.allowed) throw denial("json", caller, check, verdict);
  }
}
