import { UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { administratorOf, type Credentials } from "../../lib/cloud";
import { DST, IRELAND, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

/** UpdateObjectEncryption. Source: S3 API reference. */

let stage: Stage;
let back: () => Promise<void>;
let first: string;
let second: string;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("documents", SRC, IRELAND, true);
  first = await stage.key();
  second = await stage.key();
  await stage.put(stage.s3(), "documents", "plain");
  await stage.put(stage.s3(), "documents", "keyed", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: first });
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

const update = (Key: string, who?: Credentials, more: object = {}) =>
  stage.s3(who ?? SRC).send(
    new UpdateObjectEncryptionCommand({
      Bucket: "documents",
      Key,
      ObjectEncryption: { SSEKMS: { KMSKeyArn: second, BucketKeyEnabled: true } },
      ...more,
    }),
  );
const head = (Key: string) => stage.head(stage.s3(), "documents", Key);

test.each(["plain", "keyed"])("%s gets another key, and keeps everything else", async (key) => {
  const before = await head(key);
  await update(key);
  const after = await head(key);
  expect(after).toMatchObject({
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: second,
    BucketKeyEnabled: true,
  });
  expect([after.VersionId, after.ETag, after.LastModified]).toEqual([
    before.VersionId,
    before.ETag,
    before.LastModified,
  ]);
});

test("an older version is named by its id", async () => {
  const { VersionId } = await head("plain");
  await stage.put(stage.s3(), "documents", "plain");
  await update("plain", undefined, { VersionId });
  expect((await head("plain")).ServerSideEncryption).toBe("AES256");
});

const ON_OBJECTS = { Action: "s3:UpdateObjectEncryption" };
const ON_KEYS = { Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"] };

test("the permissions that AWS documents are enough", async () => {
  const session = await stage.roleWith("updater", ON_OBJECTS, ON_KEYS);
  await expect(update("keyed", session)).resolves.toBeDefined();
});

test.each([
  ["s3:UpdateObjectEncryption", [{ Action: "s3:PutObject" }, ON_KEYS]],
  ["kms:Decrypt", [ON_OBJECTS, { Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"] }]],
  ["kms:Encrypt", [ON_OBJECTS, { Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"] }]],
  ["kms:GenerateDataKey", [ON_OBJECTS, { Action: ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*"] }]],
  ["kms:ReEncryptFrom", [ON_OBJECTS, { Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"] }]],
])("without %s it is refused, and the object keeps its key", async (action, statements) => {
  const session = await stage.roleWith("updater", ...statements);
  expect(await refusalOf(update("keyed", session))).toContain(action);
  expect((await head("keyed")).SSEKMSKeyId).toBe(first);
});

test.each<[string, string, () => Promise<object> | object]>([
  [
    "a key of another account",
    "AccessDenied: The AWS KMS key in the request must be owned by the same account as the bucket.",
    async () => ({ SSEKMS: { KMSKeyArn: await stage.key(DST) } }),
  ],
  [
    "an alias",
    "InvalidRequest: Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key",
    () => ({ SSEKMS: { KMSKeyArn: `arn:aws:kms:${IRELAND}:${SRC}:alias/documents` } }),
  ],
  [
    "SSE-S3",
    "InvalidRequest: Requests that modify an object encryption configuration require a valid new encryption type.",
    () => ({ SSES3: {} }),
  ],
])("%s as the new encryption is refused", async (_what, refusal, encryption) => {
  expect(await refusalOf(update("keyed", undefined, { ObjectEncryption: await encryption() }))).toContain(
    refusal,
  );
});

test("an object under DSSE-KMS is refused, and so is a key that is not enabled", async () => {
  await stage.put(stage.s3(), "documents", "twice", {
    ServerSideEncryption: "aws:kms:dsse",
    SSEKMSKeyId: first,
  });
  expect(await refusalOf(update("twice"))).toContain("doesn't support source objects");
  await stage.kms(administratorOf(SRC), IRELAND).send(new DisableKeyCommand({ KeyId: second }));
  expect(await refusalOf(update("keyed"))).toContain("is disabled");
});
