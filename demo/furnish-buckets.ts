import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { topologyBuckets, type Topology, type TopologyBucket } from "../topology";
import { administrator, type Administrator } from "./clients";
import { createKey, unlessRefused } from "./furnish-key";

/** The object that is in a bucket under SSE-S3 before anything is replicated. */
const OLD_OBJECT = "old-report.txt";

/**
 * Creates the buckets that a topology expects to exist, as their owners would: versioned, with their own default key.
 * Buckets whose objects are to be re-encrypted under that key get an older object, under SSE-S3. Existing buckets are not changed.
 */
export async function furnishBuckets(
  endpoint: string,
  topology: Topology,
  say: (line: string) => void,
): Promise<void> {
  for (const bucket of topologyBuckets(topology).filter(({ existing }) => existing)) {
    const { account, region } = bucket;
    const admin = administrator(endpoint, account.id, region);
    if (!(await makeBucket(admin, bucket))) continue;
    const hasOld = topology.buckets.some(
      ({ from, existingObjects }) => from.bucket === bucket.bucket && existingObjects === "re-encrypt",
    );
    if (hasOld) await admin.s3.send(oldObject(bucket.bucket));
    await setKey(admin, bucket);
    const old = hasOld ? `, with ${OLD_OBJECT} under SSE-S3` : "";
    say(`account ${account.id} (${account.name}), ${region}: bucket ${bucket.bucket}${old}`);
  }
  for (const { from } of topology.buckets) {
    const admin = administrator(endpoint, from.account.id, from.region);
    for (const { alias } of from.otherKeys) await createKey(admin, alias);
  }
}

/** @returns false if it exists already */
async function makeBucket({ s3 }: Administrator, { bucket, region }: TopologyBucket): Promise<boolean> {
  const place =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
  const made = await unlessRefused("BucketAlreadyOwnedByYou", () =>
    s3.send(new CreateBucketCommand({ Bucket: bucket, ...place })),
  );
  if (made === undefined) return false;
  const VersioningConfiguration = { Status: "Enabled" as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  return true;
}

/** Default encryption with the key. */
async function setKey(admin: Administrator, { bucket, key }: TopologyBucket): Promise<void> {
  const byDefault = {
    SSEAlgorithm: "aws:kms" as const,
    KMSMasterKeyID: await createKey(admin, key.alias),
  };
  await admin.s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
      },
    }),
  );
}

function oldObject(Bucket: string): PutObjectCommand {
  return new PutObjectCommand({ Bucket, Key: OLD_OBJECT, Body: "written before anybody thought of keys" });
}
