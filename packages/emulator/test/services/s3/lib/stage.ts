import { CreateKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type BucketLocationConstraint,
  type EncryptionType,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { administratorOf, DST, policy, SRC, startTestCloud, type Credentials } from "../../../lib/cloud";

export { DST, SRC };
export const IRELAND = "eu-west-1";
export const FRANKFURT = "eu-central-1";

/** The refusal of a call: `Code: text`; `none` when it succeeded. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "none";
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

/** A cloud with S3's clients, buckets and keys. */
export async function startStage() {
  const cloud = await startTestCloud();
  const clients: S3Client[] = [];
  const s3 = (who: string | Credentials = SRC, region = IRELAND): S3Client => {
    const credentials = typeof who === "string" ? administratorOf(who) : who;
    const client = new S3Client({
      endpoint: cloud.url,
      region,
      credentials,
      maxAttempts: 1,
      forcePathStyle: true,
    });
    clients.push(client);
    return client;
  };
  return {
    ...cloud,
    s3,
    async bucket(name: string, account = SRC, region = IRELAND, versioned = false): Promise<void> {
      const place = { LocationConstraint: region as BucketLocationConstraint };
      await s3(account, region).send(
        new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: place }),
      );
      if (!versioned) return;
      await s3(account, region).send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }),
      );
    },
    put: (client: S3Client, Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: "content", ...more })),
    head: (client: S3Client, Bucket: string, Key: string) =>
      client.send(new HeadObjectCommand({ Bucket, Key })),
    async read(client: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString();
    },
    /** Sets what a bucket blocks, or `NONE`, with SSE-S3 as the default. */
    blockEncryption: (client: S3Client, Bucket: string, EncryptionType: EncryptionType) =>
      client.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
                BlockedEncryptionTypes: { EncryptionType: [EncryptionType] },
              },
            ],
          },
        }),
      ),
    putPolicy: (client: S3Client, Bucket: string, ...statements: readonly object[]) =>
      client.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
        }),
      ),
    /** ARN of a new key, whose policy has the owner's and the given statements. */
    async key(account = SRC, region = IRELAND, ...statements: readonly object[]): Promise<string> {
      const kms = cloud.kms(administratorOf(account), region);
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const arn = KeyMetadata?.Arn ?? "";
      if (statements.length > 0) await this.keyPolicy(arn, ...statements);
      return arn;
    },
    async keyPolicy(arn: string, ...statements: readonly object[]): Promise<void> {
      const [, , , region = "", account = ""] = arn.split(":");
      const root = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [root, ...statements] });
      await cloud.kms(administratorOf(account), region).send(new PutKeyPolicyCommand({ KeyId: arn, Policy }));
    },
    /** A session of a new role whose one policy has the given statements. */
    async roleWith(name: string, ...statements: readonly object[]): Promise<Credentials> {
      const trust = policy({ Principal: { AWS: `arn:aws:iam::${SRC}:root` }, Action: "sts:AssumeRole" });
      const own = {
        Version: "2012-10-17",
        Statement: statements.map((one) => ({ Effect: "Allow", Resource: "*", ...one })),
      };
      const arn = cloud.moto.addRole(SRC, name, { trust, policies: { own } });
      cloud.forgetIdentities();
      return cloud.session(SRC, arn);
    },
    /** A function that restores the cloud to its current state. */
    async prepared(): Promise<() => Promise<void>> {
      const state: Buffer = await cloud.control("GET", "state");
      return async () => {
        await cloud.control("PUT", "state", state);
      };
    },
    async stop(): Promise<void> {
      for (const client of clients) client.destroy();
      await cloud.stop();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof startStage>>;
