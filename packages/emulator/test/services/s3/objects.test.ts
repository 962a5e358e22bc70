import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CopyObjectCommandInput,
  type ObjectOwnership,
  type S3Client,
} from "@aws-sdk/client-s3";
import { DST, FRANKFURT, IRELAND, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

let stage: Stage;
let back: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("source");
  await stage.bucket("target", DST, FRANKFURT);
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

const ROOT = `arn:aws:iam::${SRC}:root`;
/** What the owner of the target allows the source's account. */
const open = (...Action: string[]) =>
  stage.putPolicy(stage.s3(DST, FRANKFURT), "target", {
    Effect: "Allow",
    Principal: { AWS: ROOT },
    Action,
    Resource: "arn:aws:s3:::target/*",
  });
const copy = (more: Partial<CopyObjectCommandInput> = {}) =>
  stage
    .s3(SRC, FRANKFURT)
    .send(new CopyObjectCommand({ Bucket: "target", Key: "b", CopySource: "source/a", ...more }));
const tagsOf = async (client: S3Client, Bucket: string, Key: string) =>
  (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;

describe("a copy to another account's bucket in another Region", () => {
  test("is called in the target's Region, by a caller that may read and write", async () => {
    await stage.put(stage.s3(), "source", "a", { Metadata: { name: "web" } });
    expect(await refusalOf(copy())).toBe("AccessDenied: Access Denied");
    await open("s3:PutObject");
    await copy();
    const made = await stage.head(stage.s3(DST, FRANKFURT), "target", "b");
    expect(made).toMatchObject({ Metadata: { name: "web" }, ContentLength: 7 });
    expect(await stage.read(stage.s3(DST, FRANKFURT), "target", "b")).toBe("content");
  });

  test("includes the tags, which needs separate permissions", async () => {
    await stage.put(stage.s3(), "source", "a", { Tagging: "team=web" });
    await open("s3:PutObject");
    expect(await refusalOf(copy())).toBe("AccessDenied: Access Denied");
    expect(await refusalOf(copy({ TaggingDirective: "REPLACE" }))).toBe("none");
    await open("s3:PutObject", "s3:PutObjectTagging");
    await copy();
    expect(await tagsOf(stage.s3(DST, FRANKFURT), "target", "b")).toEqual([{ Key: "team", Value: "web" }]);
    const reader = await stage.roleWith("reader", { Action: ["s3:GetObject", "s3:PutObject*"] });
    const refused = stage
      .s3(reader, FRANKFURT)
      .send(new CopyObjectCommand({ Bucket: "target", Key: "b", CopySource: "source/a" }));
    expect(await refusalOf(refused)).toMatch(
      /perform: s3:GetObjectTagging on resource: "arn:aws:s3:::source\/a"/,
    );
  });

  test("decrypts with the source's key and encrypts with the target's, and one principal must be able to do both", async () => {
    const from = await stage.key();
    const to = await stage.key(DST, FRANKFURT);
    await stage.put(stage.s3(), "source", "a", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: from });
    await open("s3:PutObject");
    const under = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: to } as const;
    expect(await refusalOf(copy(under))).toMatch(/perform: kms:GenerateDataKey .*no resource-based policy/);
    const use = { Principal: { AWS: ROOT }, Action: "kms:GenerateDataKey", Resource: "*" };
    await stage.keyPolicy(to, { Effect: "Allow", ...use });
    await copy(under);
    expect(await stage.head(stage.s3(DST, FRANKFURT), "target", "b")).toMatchObject({ SSEKMSKeyId: to });
    await stage.keyPolicy(from, { ...use, Effect: "Deny", Action: "kms:Decrypt" });
    expect(await refusalOf(copy(under))).toMatch(/perform: kms:Decrypt .* with an explicit deny/);
  });

  test("is refused when the source has changed or does not exist", async () => {
    await stage.put(stage.s3(), "source", "a");
    await open("s3:PutObject");
    expect(await refusalOf(copy({ CopySourceIfMatch: '"other"' }))).toMatch(/^PreconditionFailed/);
    expect(await refusalOf(copy({ CopySource: "source/none" }))).toMatch(/^NoSuchKey/);
    expect(await refusalOf(copy({ CopySource: "none/a" }))).toMatch(/^NoSuchBucket/);
  });

  test("is refused when an object is copied onto itself without changes", async () => {
    await stage.put(stage.s3(), "source", "a");
    const onto = (more: Partial<CopyObjectCommandInput> = {}) =>
      refusalOf(
        stage
          .s3()
          .send(new CopyObjectCommand({ Bucket: "source", Key: "a", CopySource: "source/a", ...more })),
      );
    expect(await onto()).toMatch(/^InvalidRequest: This copy request is illegal/);
    expect(await onto({ ServerSideEncryption: "aws:kms" })).toBe("none");
  });
});

describe("a multipart upload", () => {
  const begin = async (client: S3Client, more: object = {}) => {
    const target = { Bucket: "source", Key: "big" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...more }));
    return { ...target, UploadId };
  };

  test("joins parts, uploaded and copied ones, under the key that it was started with", async () => {
    const key = await stage.key();
    const client = stage.s3();
    await stage.put(client, "source", "a");
    const upload = await begin(client, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, Tagging: "n=1" });
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "first " }));
    const range = { CopySource: "source/a", CopySourceRange: "bytes=0-3" };
    await client.send(new UploadPartCopyCommand({ ...upload, ...range, PartNumber: 2 }));
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [] } }));
    expect(await stage.read(client, "source", "big")).toBe("first cont");
    expect(await stage.head(client, "source", "big")).toMatchObject({ SSEKMSKeyId: key });
    expect(await tagsOf(client, "source", "big")).toEqual([{ Key: "n", Value: "1" }]);
  });

  test("needs Decrypt as well as GenerateDataKey when it is completed", async () => {
    const key = await stage.key();
    const writer = stage.s3(
      await stage.roleWith("writer", { Action: "s3:PutObject" }, { Action: "kms:GenerateDataKey" }),
    );
    const upload = await begin(writer, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });
    await writer.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "part" }));
    const end = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [] } });
    expect(await refusalOf(writer.send(end))).toMatch(/perform: kms:Decrypt/);
  });

  test("can be aborted with the permission, and then no longer exists", async () => {
    const upload = await begin(stage.s3());
    const writer = stage.s3(await stage.roleWith("writer", { Action: "s3:PutObject" }));
    const abort = () => new AbortMultipartUploadCommand(upload);
    expect(await refusalOf(writer.send(abort()))).toMatch(/perform: s3:AbortMultipartUpload/);
    await stage.s3().send(abort());
    const part = new UploadPartCommand({ ...upload, PartNumber: 1, Body: "part" });
    expect(await refusalOf(stage.s3().send(part))).toMatch(/^NoSuchUpload/);
  });
});

describe("an object that another account writes", () => {
  const write = (ACL?: "bucket-owner-full-control" | "private" | "public-read") =>
    stage.put(stage.s3(SRC, FRANKFURT), "target", "b", { ACL });
  const own = (ObjectOwnership: ObjectOwnership) =>
    stage.s3(DST, FRANKFURT).send(
      new PutBucketOwnershipControlsCommand({
        Bucket: "target",
        OwnershipControls: { Rules: [{ ObjectOwnership }] },
      }),
    );
  const owner = () => refusalOf(stage.read(stage.s3(DST, FRANKFURT), "target", "b"));
  beforeEach(() => open("s3:PutObject", "s3:PutObjectAcl"));

  test("belongs to the bucket owner in a new bucket, which accepts no ACLs", async () => {
    const { OwnershipControls } = await stage
      .s3(DST, FRANKFURT)
      .send(new GetBucketOwnershipControlsCommand({ Bucket: "target" }));
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
    await write();
    expect(await owner()).toBe("none");
    for (const open of ["public-read"] as const) {
      expect(await refusalOf(write(open))).toBe(
        "AccessControlListNotSupported: The bucket does not allow ACLs",
      );
    }
    expect(await refusalOf(write("private"))).toBe("none");
    expect(await refusalOf(write("bucket-owner-full-control"))).toBe("none");
  });

  test("belongs to the writer where ACLs are enabled: the bucket's owner has no access", async () => {
    await own("ObjectWriter");
    await write();
    expect(await owner()).toMatch(/^AccessDenied/);
    expect(await stage.read(stage.s3(SRC, FRANKFURT), "target", "b")).toBe("content");
    await write("bucket-owner-full-control");
    expect(await owner()).toBe("none");
    await own("BucketOwnerEnforced");
    await write();
    expect(await owner()).toBe("none");
  });

  test("belongs to the bucket owner, where preferred, if the ACL gives it full control", async () => {
    await own("BucketOwnerPreferred");
    await write();
    expect(await owner()).toMatch(/^AccessDenied/);
    await write("bucket-owner-full-control");
    expect(await owner()).toBe("none");
  });

  test("cannot be made public where public ACLs are blocked", async () => {
    await own("ObjectWriter");
    expect(await refusalOf(write("public-read"))).toMatch(/^AccessDenied/);
  });
});

test("a new bucket blocks public access", async () => {
  const { PublicAccessBlockConfiguration } = await stage
    .s3()
    .send(new GetPublicAccessBlockCommand({ Bucket: "source" }));
  expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
});

test("deleting a version needs a separate permission", async () => {
  await stage.bucket("versions", SRC, IRELAND, true);
  const { VersionId } = await stage.put(stage.s3(), "versions", "a");
  const deleter = stage.s3(await stage.roleWith("deleter", { Action: "s3:DeleteObject" }));
  const target = { Bucket: "versions", Key: "a" };
  expect(await refusalOf(deleter.send(new DeleteObjectCommand({ ...target, VersionId })))).toMatch(
    /perform: s3:DeleteObjectVersion/,
  );
  expect(await deleter.send(new DeleteObjectCommand(target))).toMatchObject({ DeleteMarker: true });
});

describe("ACLs of a new bucket", () => {
  test("can be read, but not set", async () => {
    const s3 = stage.s3();
    await stage.bucket("acls");
    await stage.put(s3, "acls", "a");
    const refused = "AccessControlListNotSupported: The bucket does not allow ACLs";
    const put = (ACL: "private" | "public-read") => [
      refusalOf(s3.send(new PutBucketAclCommand({ Bucket: "acls", ACL }))),
      refusalOf(s3.send(new PutObjectAclCommand({ Bucket: "acls", Key: "a", ACL }))),
    ];
    expect(await Promise.all([...put("private"), ...put("public-read")])).toEqual([
      refused,
      refused,
      refused,
      refused,
    ]);
  });
});
