import { DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import { administratorOf } from "../../lib/cloud";
import { DST, FRANKFURT, IRELAND, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

let stage: Stage;
let back: () => Promise<void>;
let key: string;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("data");
  key = await stage.key();
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

const under = (SSEKMSKeyId?: string, more: object = {}) => ({
  ServerSideEncryption: "aws:kms" as const,
  SSEKMSKeyId,
  ...more,
});
const byDefault = (SSEAlgorithm: ServerSideEncryption, KMSMasterKeyID?: string, BucketKeyEnabled = false) =>
  stage.s3().send(
    new PutBucketEncryptionCommand({
      Bucket: "data",
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled }],
      },
    }),
  );
const s3Objects = { Action: ["s3:PutObject", "s3:GetObject", "s3:ListBucket"] };
const onKey = (Action: string | string[], Condition?: object) => ({ Action, Resource: key, Condition });
const use = (Action: string[], Condition?: object) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${DST}:root` },
  Action,
  Resource: "*",
  ...(Condition === undefined ? {} : { Condition }),
});

describe("the encryption of an object", () => {
  test("is S3's own key in a new bucket", async () => {
    const written = await stage.put(stage.s3(), "data", "a");
    expect(written.ServerSideEncryption).toBe("AES256");
    const { ServerSideEncryptionConfiguration } = await stage
      .s3()
      .send(new GetBucketEncryptionCommand({ Bucket: "data" }));
    expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
    ]);
  });

  test("is the bucket's default, unless the call requests another one", async () => {
    const other = await stage.key();
    await byDefault("aws:kms", key, true);
    await stage.put(stage.s3(), "data", "a");
    await stage.put(stage.s3(), "data", "b", under(other));
    await stage.put(stage.s3(), "data", "c", { ServerSideEncryption: "AES256" });
    const seen = [];
    for (const name of ["a", "b", "c"]) seen.push(await stage.head(stage.s3(), "data", name));
    expect(seen.map(({ SSEKMSKeyId }) => SSEKMSKeyId)).toEqual([key, other, undefined]);
    expect(seen.map(({ BucketKeyEnabled }) => BucketKeyEnabled)).toEqual([true, true, undefined]);
  });

  test("is the AWS managed key where none is named", async () => {
    const { SSEKMSKeyId } = await stage.put(stage.s3(), "data", "a", under());
    expect(SSEKMSKeyId).toMatch(new RegExp(`^arn:aws:kms:${IRELAND}:${SRC}:key/`));
  });

  test("is checked with the first object, not when the default is set", async () => {
    await byDefault("aws:kms", `arn:aws:kms:${IRELAND}:${SRC}:key/00000000-0000-0000-0000-000000000000`);
    expect(await refusalOf(stage.put(stage.s3(), "data", "a"))).toMatch(
      /^KMS.NotFoundException: Key '.*' does not exist/,
    );
    await byDefault("aws:kms", "aws/s3");
    expect(await refusalOf(stage.put(stage.s3(), "data", "a"))).toBe(
      "KMS.NotFoundException: Invalid keyId 'aws/s3'",
    );
    await byDefault("aws:kms", await stage.key(SRC, FRANKFURT));
    expect(await refusalOf(stage.put(stage.s3(), "data", "a"))).toBe(
      `KMS.NotFoundException: Invalid arn ${FRANKFURT}`,
    );
  });

  test("is refused with KMS's text when the key is not enabled", async () => {
    const kms = stage.kms(administratorOf(SRC));
    await stage.put(stage.s3(), "data", "a", under(key));
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    expect(await refusalOf(stage.read(stage.s3(), "data", "a"))).toBe(
      `KMS.DisabledException: ${key} is disabled.`,
    );
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key }));
    expect(await refusalOf(stage.put(stage.s3(), "data", "b", under(key)))).toBe(
      `KMS.KMSInvalidStateException: ${key} is pending deletion.`,
    );
  });
});

describe("the permissions that a role needs on the key", () => {
  test("are GenerateDataKey to write and Decrypt to read", async () => {
    const writer = stage.s3(await stage.roleWith("writer", s3Objects, onKey("kms:GenerateDataKey")));
    const reader = stage.s3(await stage.roleWith("reader", s3Objects, onKey("kms:Decrypt")));
    await stage.put(writer, "data", "a", under(key));
    expect(await stage.read(reader, "data", "a")).toBe("content");
    expect(await refusalOf(stage.read(writer, "data", "a"))).toMatch(
      /^AccessDenied: User: arn:aws:sts::\d+:assumed-role\/writer\/test is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:\S+ because no identity-based policy allows the kms:Decrypt action$/,
    );
    expect(await refusalOf(stage.put(reader, "data", "b", under(key)))).toMatch(
      /perform: kms:GenerateDataKey/,
    );
  });

  test("are none to get an object's headers without its content", async () => {
    const looker = stage.s3(await stage.roleWith("looker", s3Objects));
    await stage.put(stage.s3(), "data", "a", under(key));
    expect(await stage.head(looker, "data", "a")).toMatchObject({ SSEKMSKeyId: key });
    expect(await refusalOf(stage.read(looker, "data", "a"))).toMatch(/perform: kms:Decrypt/);
  });

  test("may be limited to the object's ARN, or with a bucket key to the bucket's", async () => {
    const bound = (name: string, arn: string) =>
      stage.roleWith(
        name,
        s3Objects,
        onKey("kms:GenerateDataKey", { StringEquals: { "kms:EncryptionContext:aws:s3:arn": arn } }),
      );
    const toObject = stage.s3(await bound("object", "arn:aws:s3:::data/a"));
    const toBucket = stage.s3(await bound("bucket", "arn:aws:s3:::data"));
    const withBucketKey = under(key, { BucketKeyEnabled: true });
    expect(await refusalOf(stage.put(toObject, "data", "a", under(key)))).toBe("none");
    expect(await refusalOf(stage.put(toObject, "data", "b", under(key)))).toMatch(/^AccessDenied/);
    expect(await refusalOf(stage.put(toObject, "data", "a", withBucketKey))).toMatch(/^AccessDenied/);
    expect(await refusalOf(stage.put(toBucket, "data", "b", withBucketKey))).toBe("none");
    expect(await refusalOf(stage.put(toBucket, "data", "b", under(key)))).toMatch(/^AccessDenied/);
  });

  test("may be limited to S3 of the key's Region", async () => {
    const via = (region: string) =>
      onKey("kms:GenerateDataKey", { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } });
    const here = stage.s3(await stage.roleWith("here", s3Objects, via(IRELAND)));
    const there = stage.s3(await stage.roleWith("there", s3Objects, via(FRANKFURT)));
    expect(await refusalOf(stage.put(here, "data", "a", under(key)))).toBe("none");
    expect(await refusalOf(stage.put(there, "data", "a", under(key)))).toMatch(/^AccessDenied/);
  });

  test("may be limited to calls that a service makes, which include S3's, or exclude them", async () => {
    const only = (via: string) => onKey("kms:GenerateDataKey", { Bool: { "aws:ViaAWSService": via } });
    const services = stage.s3(await stage.roleWith("services", s3Objects, only("true")));
    const people = stage.s3(await stage.roleWith("people", s3Objects, only("false")));
    expect(await refusalOf(stage.put(services, "data", "a", under(key)))).toBe("none");
    expect(await refusalOf(stage.put(people, "data", "a", under(key)))).toMatch(/^AccessDenied/);
  });
});

describe("another account", () => {
  beforeEach(async () => {
    await stage.putPolicy(stage.s3(), "data", {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${DST}:root` },
      Action: ["s3:PutObject", "s3:GetObject"],
      Resource: "arn:aws:s3:::data/*",
    });
  });

  test("writes and reads under the bucket owner's key once the key's policy allows it", async () => {
    await byDefault("aws:kms", key);
    expect(await refusalOf(stage.put(stage.s3(DST), "data", "a"))).toMatch(
      /perform: kms:GenerateDataKey .* because no resource-based policy allows the kms:GenerateDataKey action$/,
    );
    await stage.keyPolicy(key, use(["kms:GenerateDataKey", "kms:Decrypt"]));
    await stage.put(stage.s3(DST), "data", "a");
    expect(await stage.read(stage.s3(DST), "data", "a")).toBe("content");
  });

  test("cannot use the AWS managed key of the bucket's owner", async () => {
    await byDefault("aws:kms");
    expect(await refusalOf(stage.put(stage.s3(DST), "data", "a"))).toMatch(
      /^AccessDenied: .*perform: kms:GenerateDataKey/,
    );
  });
});

test("a policy that requires encryption under one key refuses every other write", async () => {
  await stage.putPolicy(stage.s3(), "data", {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::data/*",
    Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key } },
  });
  expect(await refusalOf(stage.put(stage.s3(), "data", "a"))).toMatch(/^AccessDenied/);
  expect(await refusalOf(stage.put(stage.s3(), "data", "a", under(key)))).toBe("none");
});
