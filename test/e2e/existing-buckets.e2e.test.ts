import path from "node:path";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { furnish } from "../../demo/furnish";
import type { PolicyDocument } from "../../policy";
import type {
  ReplicaVerification,
  ReplicationJobResult,
  ReplicationStatus,
} from "../../scripts/engine/results";
import type { TopologyInput } from "../../topology";
import { keyArn } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";
import { runTerraform, terraformIn } from "./lib/terraform-run";

/**
 * Existing buckets on both sides: Keyferry never writes their owners' policies, and replicates their old and new objects regardless of
 * their encryption. The foundation creates the second destination.
 */

jest.setTimeout(900_000);

const FROM = { account: "111111111111", region: "us-east-2", bucket: "theirs-documents" };
const TO = { account: "222222222222", region: "eu-central-1", bucket: "theirs-archive" };
const MADE = { ...TO, bucket: "theirs-vault" };
type Side = typeof FROM;

const TOPOLOGY: TopologyInput = {
  name: "theirs",
  accounts: { builder: { id: FROM.account }, prod: { id: TO.account } },
  buckets: {
    documents: {
      from: {
        account: "builder",
        region: FROM.region,
        bucket: FROM.bucket,
        existing: true,
        key: "alias/documents",
        otherKeys: ["alias/older", "alias/everywhere", "alias/aws/s3"],
        reports: "theirs-reports",
      },
      to: [
        { account: "prod", regions: [TO.region], bucket: TO.bucket, existing: true, key: "alias/archive" },
        { account: "prod", regions: [TO.region], bucket: MADE.bucket },
      ],
      deleteMarkers: true,
      existingObjects: "re-encrypt",
    },
  },
};
const STACK = "foundation-replication-builder";

let cloud: Rehearsal;
beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  const { kms } = admin(FROM);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }));
  await kms.send(new CreateAliasCommand({ AliasName: "alias/everywhere", TargetKeyId: KeyMetadata?.KeyId }));
  await furnish(cloud.url, cloud.topology, () => undefined);
  await put("under-older", {
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: await arnOf(FROM, "alias/older"),
  });
  await putOfEveryKind("old");
  const LocationConstraint = FROM.region as "us-east-2";
  await admin(FROM).s3.send(
    new CreateBucketCommand({
      Bucket: "theirs-reports",
      CreateBucketConfiguration: { LocationConstraint },
    }),
  );
  await writePolicies(await policies(), { Sid: "Owners", Effect: "Allow", Action: "s3:ListBucket" });
  for (const { id } of cloud.topology.accounts) await giveDocumentedPermissions(cloud, cloud.topology, id);
  await cloud.deploy("foundation-*");
});
afterAll(() => cloud.stop());

const admin = ({ account, region }: Side) => cloud.admin(account, region);
const arnOf = (side: Side, alias: string) => keyArn(admin(side), alias);
const put = (Key: string, more: object = {}) =>
  admin(FROM).s3.send(new PutObjectCommand({ Bucket: FROM.bucket, Key, Body: "content", ...more }));
/** The kinds of encryption that an object of a source can have; an upload that names none gets the bucket's default. */
const KINDS: Readonly<Record<string, (keyOf: (alias: string) => Promise<string>) => Promise<object>>> = {
  default: async () => Promise.resolve({}),
  "sse-s3": async () => Promise.resolve({ ServerSideEncryption: "AES256" }),
  "aws-managed-key": async (keyOf) => under(await keyOf("alias/aws/s3")),
  "own-key": async (keyOf) => under(await keyOf("alias/documents"), { BucketKeyEnabled: false }),
  "bucket-key": async (keyOf) => under(await keyOf("alias/documents"), { BucketKeyEnabled: true }),
  "other-key": async (keyOf) => under(await keyOf("alias/older")),
  "multi-region-key": async (keyOf) => under(await keyOf("alias/everywhere")),
  dsse: async (keyOf) => ({
    ServerSideEncryption: "aws:kms:dsse",
    SSEKMSKeyId: await keyOf("alias/documents"),
  }),
};
const under = (SSEKMSKeyId: string, more: object = {}) => ({
  ServerSideEncryption: "aws:kms",
  SSEKMSKeyId,
  ...more,
});
const TAGGED = { Tagging: "team=web" };

/** Writes two objects of each kind: one with a single request, and one that is uploaded in parts. */
async function putOfEveryKind(age: "old" | "new"): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const [kind, encryption] of Object.entries(KINDS)) {
    const more = { ...TAGGED, ...(await encryption((alias) => arnOf(FROM, alias))) };
    await put(`${age}/${kind}`, more);
    await putInParts(`${age}/${kind}.parts`, more);
    keys.push(`${age}/${kind}`, `${age}/${kind}.parts`);
  }
  return keys;
}

/** @param withEach parameters of every request of the upload */
async function putInParts(Key: string, more: object, withEach: object = {}): Promise<void> {
  const { s3 } = admin(FROM);
  const object = { Bucket: FROM.bucket, Key, ...withEach };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ...more }));
  // The last part may be small.
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "content" }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
}
const EVERY_KIND = Object.keys(KINDS).length * 2;

const head = (side: Side, Key: string, more: object = {}) =>
  admin(side).s3.send(new HeadObjectCommand({ Bucket: side.bucket, Key, ...more }));
const arrive = () => cloud.clock.advance(900);

async function json<T>(...argv: string[]): Promise<{ readonly code: number | null; readonly answer: T }> {
  const { code, stdout, stderr } = await cloud.keyferry("replicate", ...argv, "--json");
  if (stdout === "") throw new Error(stderr);
  return { code, answer: JSON.parse(stdout) as T };
}
const status = async () => {
  const { code, answer } = await json<readonly [ReplicationStatus]>("status");
  return { code, ...answer[0] };
};
const job = async (...argv: string[]) => {
  const { code, answer } = await json<readonly [ReplicationJobResult]>(...argv);
  return { code, ...answer[0] };
};

interface Policies {
  readonly bucket: PolicyDocument;
  readonly key: PolicyDocument;
}

/** The policies of the destination, which belong to its owner. */
async function policies(): Promise<Policies> {
  const { kms, s3 } = admin(TO);
  const KeyId = await arnOf(TO, "alias/archive");
  const key = (await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy;
  const bucket = await s3.send(new GetBucketPolicyCommand({ Bucket: TO.bucket })).then(
    ({ Policy }) => Policy,
    () => JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  );
  return { bucket: JSON.parse(bucket ?? "") as PolicyDocument, key: JSON.parse(key ?? "") as PolicyDocument };
}

/** Adds statements of the owner to the bucket policy, and writes both policies. */
async function writePolicies({ bucket, key }: Policies, ...own: readonly object[]): Promise<void> {
  const { kms, s3 } = admin(TO);
  const more = own.map((one) => ({
    Principal: { AWS: `arn:aws:iam::${TO.account}:root` },
    Resource: `arn:aws:s3:::${TO.bucket}`,
    ...one,
  }));
  const Policy = JSON.stringify({ ...bucket, Statement: [...bucket.Statement, ...more] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: TO.bucket, Policy }));
  const KeyId = await arnOf(TO, "alias/archive");
  await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: JSON.stringify(key) }));
}

/** Allows SSE-C as the owner of a bucket does; the bucket's default encryption stays. */
async function unblockCustomerKeys(side: Side): Promise<void> {
  const { s3 } = admin(side);
  const { bucket: Bucket } = side;
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  const BlockedEncryptionTypes = { EncryptionType: ["NONE" as const] };
  const Rules = (ServerSideEncryptionConfiguration?.Rules ?? []).map((rule) => ({
    ...rule,
    BlockedEncryptionTypes,
  }));
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
}

/** What the stack tells the destination's owner to merge. */
async function shownStatements(): Promise<Policies> {
  const directory = path.join(cloud.directory, "workspace/cdktf.out/stacks", STACK);
  const { output } = await runTerraform(await terraformIn(cloud.env), directory, ["output", "-json"]);
  const outputs = JSON.parse(output) as Record<
    string,
    { value: { bucketPolicy: string; keyPolicy: string } }
  >;
  const value = outputs[`policies-for-${TO.bucket}-from-${FROM.bucket}`]?.value;
  return {
    bucket: JSON.parse(value?.bucketPolicy ?? "") as PolicyDocument,
    key: JSON.parse(value?.keyPolicy ?? "") as PolicyDocument,
  };
}

const joined = (one: PolicyDocument, other: PolicyDocument): PolicyDocument => ({
  ...one,
  Statement: [...one.Statement, ...other.Statement],
});

const changes = async () => {
  const synthesised = path.join(cloud.directory, "workspace/cdktf.out");
  const plans = await planStacks(synthesised, /^foundation-(buckets|replication)-/, cloud.env);
  return plans.filter(({ code }) => code !== 0).map(({ stack, output }) => `${stack}: ${output}`);
};

test("before the destination's owner merges the statements, objects fail, and status names both missing halves", async () => {
  await put("new");
  await arrive();
  expect((await head(FROM, "new")).ReplicationStatus).toBe("FAILED");
  const found = await status();
  expect(found).toMatchObject({ code: 1, unknown: [], counts: { objects: 3 + EVERY_KIND, failed: 1 } });
  expect(found.failures).toMatchObject([{ objects: 1, example: "new" }]);
  const missing = found.failures[0]?.obstacles ?? [];
  expect(new Set(missing.map(({ account }) => account))).toEqual(new Set([TO.account]));
  expect(missing.map(({ where }) => where)).toEqual(
    expect.arrayContaining(["policy of the destination bucket", "policy of the destination's key"]),
  );
  expect(missing.map(({ reason }) => reason)).toContain("DstPutObjectNotPermitted");
  expect(missing.map(({ fix }) => fix).join()).toContain(
    `account ${TO.account} must allow s3:ReplicateObject`,
  );
});

test("after the owner merges the statements of the stack's output, failed objects are replicated, and the owner's own statements stay", async () => {
  const [own, shown] = [await policies(), await shownStatements()];
  await writePolicies({ bucket: joined(own.bucket, shown.bucket), key: joined(own.key, shown.key) });
  expect(await status()).toMatchObject({ obstacles: [] });
  expect(await job("existing", "--failed")).toMatchObject({ code: 0, status: "Complete", succeeded: 1 });
  const replica = await head(TO, "new");
  expect(replica).toMatchObject({
    ReplicationStatus: "REPLICA",
    SSEKMSKeyId: await arnOf(TO, "alias/archive"),
  });
  await cloud.deploy("foundation-*");
  expect(await changes()).toEqual([]);
  expect((await policies()).bucket.Statement.map(({ Sid }) => Sid)).toContain("Owners");
});

test("old objects under SSE-S3 or another key are re-encrypted in place under the source's key, and then replicated", async () => {
  const before = await head(FROM, "old-report.txt");
  expect(before.ServerSideEncryption).toBe("AES256");
  const { s3 } = admin(FROM);
  const Statement = {
    ...{ Effect: "Deny", Principal: "*", Action: "s3:UpdateObjectEncryption" },
    Resource: `arn:aws:s3:::${FROM.bucket}/old-report.txt`,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: FROM.bucket, Policy }));
  expect(await job("re-encrypt")).toMatchObject({
    // The objects of every kind that are neither under the source's key nor under DSSE-KMS, and `under-older`.
    ...{ code: 1, status: "Complete", succeeded: 1 + 2 * 4, failed: 1, failures: [] },
    objectFailures: [{ code: "AccessDenied", objects: 1, example: "old-report.txt" }],
  });
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: FROM.bucket }));
  expect(await job("re-encrypt")).toMatchObject({ code: 0, status: "Complete", succeeded: 1, failed: 0 });
  const after = await head(FROM, "old-report.txt");
  const own = { SSEKMSKeyId: await arnOf(FROM, "alias/documents"), BucketKeyEnabled: true };
  expect(after).toMatchObject({
    ...own,
    VersionId: before.VersionId,
    ETag: before.ETag,
    LastModified: before.LastModified,
  });
  expect(await head(FROM, "under-older")).toMatchObject(own);
  expect(await job("re-encrypt")).toMatchObject({ code: 0, status: "Nothing" });
  expect(await job("existing")).toMatchObject({ code: 0, status: "Complete", succeeded: 2 + EVERY_KIND });
  for (const key of ["old-report.txt", "under-older", "new"])
    expect(await head(TO, key)).toMatchObject({
      ReplicationStatus: "REPLICA",
      SSEKMSKeyId: await arnOf(TO, "alias/archive"),
    });
  const whole = { objects: 3 + EVERY_KIND, verified: 3 + EVERY_KIND, problems: 0, waiting: 0 };
  expect(await json("verify")).toMatchObject({ code: 0, answer: [whole, whole] });
});

/** What a replica must be, regardless of its source's encryption: only DSSE-KMS is kept. */
async function replicaOf(key: string, side: Side): Promise<object> {
  const alias = side === TO ? "alias/archive" : "alias/keyferry/theirs/buckets";
  return {
    ReplicationStatus: "REPLICA",
    ServerSideEncryption: key.includes("dsse") ? "aws:kms:dsse" : "aws:kms",
    SSEKMSKeyId: await arnOf(side, alias),
    ContentLength: "content".length,
    TagCount: 1,
  };
}

describe("tagged objects under every kind of encryption, written with one request and in parts", () => {
  let written: readonly string[];
  const isUnderS3 = (key: string) => key.includes("sse-s3");

  test("old objects are replicated under both destinations' keys", async () => {
    for (const kind of Object.keys(KINDS))
      for (const key of [`old/${kind}`, `old/${kind}.parts`])
        for (const side of [TO, MADE])
          expect(await head(side, key)).toMatchObject(await replicaOf(key, side));
  });

  test("new objects are replicated too; the foundation's bucket denies SSE-S3, and verify finds such replicas in the existing bucket", async () => {
    written = await putOfEveryKind("new");
    await arrive();
    for (const key of written.filter((one) => !isUnderS3(one)))
      for (const side of [TO, MADE]) expect(await head(side, key)).toMatchObject(await replicaOf(key, side));
    for (const key of written.filter(isUnderS3)) {
      expect((await head(FROM, key)).ReplicationStatus).toBe("FAILED");
      expect((await head(TO, key)).ServerSideEncryption).toBe("AES256");
    }
    const { code, answer } = await json<readonly ReplicaVerification[]>("verify");
    const problems = answer.flatMap(({ examples }) =>
      examples.map(({ destination, key, problem }) => [destination, key, problem]),
    );
    const expected = written.filter(isUnderS3).flatMap((key) => [
      [TO.bucket, key, "key"],
      [MADE.bucket, key, "missing"],
    ]);
    expect({ code, problems: problems.sort() }).toEqual({ code: 1, problems: expected.sort() });
  });

  test("objects under SSE-S3 are replicated after they are re-encrypted under the source's key; the owner re-encrypts an earlier replica", async () => {
    expect(await job("re-encrypt")).toMatchObject({ code: 0, status: "Complete", failed: 0 });
    expect(await job("existing", "--failed")).toMatchObject({ code: 0, status: "Complete", succeeded: 2 });
    const KMSKeyArn = await arnOf(TO, "alias/archive");
    for (const Key of written.filter(isUnderS3)) {
      expect(await head(MADE, Key)).toMatchObject(await replicaOf(Key, MADE));
      const ObjectEncryption = { SSEKMS: { KMSKeyArn } };
      await admin(TO).s3.send(
        new UpdateObjectEncryptionCommand({ Bucket: TO.bucket, Key, ObjectEncryption }),
      );
    }
    const { code, answer } = await json<readonly ReplicaVerification[]>("verify");
    expect({ code, problems: answer.flatMap(({ examples }) => examples) }).toEqual({ code: 0, problems: [] });
  });

  test("objects under SSE-C are accepted and replicated where SSE-C is unblocked; status and verify report SSE-C", async () => {
    const provided = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) };
    await expect(put("new/sse-c", provided)).rejects.toMatchObject({ name: "AccessDenied" });
    for (const side of [FROM, TO]) await unblockCustomerKeys(side);
    await put("new/sse-c", { ...TAGGED, ...provided });
    await putInParts("new/sse-c.parts", TAGGED, provided);
    await arrive();
    const keys = ["new/sse-c", "new/sse-c.parts"];
    const replica = { SSECustomerAlgorithm: "AES256", ContentLength: "content".length, TagCount: 1 };
    for (const key of keys) {
      expect(await head(TO, key, provided)).toMatchObject({ ...replica, ReplicationStatus: "REPLICA" });
      await expect(head(TO, key)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
      // The foundation's bucket blocks SSE-C.
      expect((await head(FROM, key, provided)).ReplicationStatus).toBe("FAILED");
      await expect(head(MADE, key, provided)).rejects.toMatchObject({ name: "NotFound" });
    }
    const found = await json<readonly ReplicationStatus[]>("status");
    expect(found.answer.map(({ destination, counts }) => [destination.bucket, counts.failed])).toEqual([
      [TO.bucket, 0],
      [MADE.bucket, 2],
    ]);
    const [failure, ...others] = found.answer.flatMap(({ failures }) => failures);
    expect(others).toEqual([]);
    expect(failure?.obstacles).toMatchObject([{ reason: "DstPutObjectNotPermitted", account: FROM.account }]);
    expect(failure?.obstacles[0]?.what).toContain("(SSE-C)");
    const { code, answer } = await json<readonly ReplicaVerification[]>("verify");
    const problems = answer.flatMap(({ examples }) => examples);
    expect({ code, problems: problems.map((one) => [one.destination, one.key, one.problem]) }).toEqual({
      code: 1,
      problems: [TO, MADE].flatMap(({ bucket }) =>
        keys.map((key) => [bucket, key, bucket === TO.bucket ? "key" : "missing"]),
      ),
    });
    for (const { what } of problems) expect(what).toContain("(SSE-C)");
  });

  test("a delete marker is replicated; the deletion of a version is not", async () => {
    const { s3 } = admin(FROM);
    const [deleted = "", versioned = ""] = written;
    const { VersionId } = await head(FROM, versioned);
    await s3.send(new DeleteObjectCommand({ Bucket: FROM.bucket, Key: deleted }));
    await s3.send(new DeleteObjectCommand({ Bucket: FROM.bucket, Key: versioned, VersionId }));
    await arrive();
    for (const side of [TO, MADE]) {
      await expect(head(side, deleted)).rejects.toMatchObject({ name: "NotFound" });
      expect((await head(side, versioned)).VersionId).toBe(VersionId);
    }
  });
});
