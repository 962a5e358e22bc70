import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type EncryptionType,
  GetBucketEncryptionCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { DST, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

/** Keys that customers provide with each request (SSE-C), in a bucket whose owner has unblocked them. */

let stage: Stage;
let back: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("data");
  await stage.bucket("blocked");
  await blocked("NONE");
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

const KEY = "k".repeat(32);
const OTHER = "o".repeat(32);
const provided = (SSECustomerKey = KEY) => ({ SSECustomerAlgorithm: "AES256", SSECustomerKey });
const ofSource = (CopySourceSSECustomerKey = KEY) => ({
  CopySourceSSECustomerAlgorithm: "AES256",
  CopySourceSSECustomerKey,
});
const md5Of = (key: string) => createHash("md5").update(key).digest("base64");
const SHOWN = { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: md5Of(KEY) };

const blocked = (type: EncryptionType, bucket = "data") => stage.blockEncryption(stage.s3(), bucket, type);
const put = (Key: string, more: object = provided()) => stage.put(stage.s3(), "data", Key, more);
const at = (Key: string, more: object) => ({ Bucket: "data", Key, ...more });
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  stage.s3().send(new GetObjectCommand(at(Key, more)));
const copy = (CopySource: string, more: Partial<CopyObjectCommandInput> = {}, Key = "copy") =>
  stage.s3().send(new CopyObjectCommand({ ...at(Key, more), CopySource }));
const MUST = "Requests specifying Server Side Encryption with Customer provided keys must provide";
const NEEDS_KEY =
  "InvalidRequest: The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.";
const NOT_APPLICABLE = "InvalidRequest: The encryption parameters are not applicable to this object.";

describe("a bucket that blocks SSE-C, as new ones do", () => {
  test("refuses uploads, whole and in parts, and copies; its own account is told the reason", async () => {
    const upload = new CreateMultipartUploadCommand({ Bucket: "blocked", Key: "b", ...provided() });
    expect(await refusalOf(stage.put(stage.s3(), "blocked", "a", provided()))).toBe(
      `AccessDenied: User: arn:aws:iam::${SRC}:user/administrator is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::blocked/a" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
    );
    expect(await refusalOf(stage.s3().send(upload))).toMatch(/^AccessDenied/);
    await put("a", {});
    expect(await refusalOf(copy("data/a", { Bucket: "blocked", ...provided() }))).toMatch(/^AccessDenied/);
    expect(await refusalOf(stage.put(stage.s3(), "blocked", "a"))).toBe("none");
    await stage.putPolicy(stage.s3(), "blocked", {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${DST}:root` },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::blocked/*",
    });
    expect(await refusalOf(stage.put(stage.s3(DST), "blocked", "a", provided()))).toBe(
      "AccessDenied: Access Denied",
    );
    await blocked("SSE-C", "blocked");
    expect(await refusalOf(stage.put(stage.s3(), "blocked", "a", provided()))).toMatch(/^AccessDenied/);
  });

  test("blocks and unblocks with its default encryption, which is returned unchanged", async () => {
    const { ServerSideEncryptionConfiguration } = await stage
      .s3()
      .send(new GetBucketEncryptionCommand({ Bucket: "data" }));
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    expect(rule?.BlockedEncryptionTypes).toEqual({ EncryptionType: ["NONE"] });
    expect(await refusalOf(blocked("SSE-S3" as EncryptionType))).toMatch(/^MalformedXML/);
  });

  test("still returns existing objects, and accepts no more parts of them", async () => {
    await put("a");
    const target = at("b", provided());
    const { UploadId } = await stage.s3().send(new CreateMultipartUploadCommand(target));
    await blocked("SSE-C");
    expect(await (await get("a", provided())).Body?.transformToString()).toBe("content");
    const part = new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: "content" });
    expect(await refusalOf(stage.s3().send(part))).toMatch(/^AccessDenied/);
  });
});

describe("an object under a key that its writer keeps", () => {
  test("can be read only with this key", async () => {
    const written = await put("a");
    expect(written).toMatchObject(SHOWN);
    expect(written.ServerSideEncryption).toBeUndefined();
    const read = await get("a", provided());
    expect(read).toMatchObject(SHOWN);
    expect(read.ServerSideEncryption).toBeUndefined();
    expect(await read.Body?.transformToString()).toBe("content");
    expect(await refusalOf(get("a"))).toBe(NEEDS_KEY);
    expect(await refusalOf(get("a", provided(OTHER)))).toBe(`AccessDenied: ${MUST} the correct secret key.`);
    expect(await refusalOf(get("a", provided("short")))).toMatch(/^AccessDenied/);
  });

  test("returns its headers and attributes only with this key, and its tags without", async () => {
    await put("a", { ...provided(), Tagging: "team=web" });
    const headWith = (more: object) => stage.s3().send(new HeadObjectCommand(at("a", more)));
    const attributesWith = (more: object) =>
      stage.s3().send(new GetObjectAttributesCommand({ ...at("a", more), ObjectAttributes: ["ObjectSize"] }));
    expect(await headWith(provided())).toMatchObject({ ...SHOWN, ContentLength: 7 });
    await expect(headWith({})).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(headWith(provided(OTHER))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    // The stage stores no attributes: it is enough that they are requested.
    expect(await refusalOf(attributesWith(provided()))).not.toMatch(/^(InvalidRequest|AccessDenied)/);
    expect(await refusalOf(attributesWith({}))).toBe(NEEDS_KEY);
    const { TagSet } = await stage.s3().send(new GetObjectTaggingCommand(at("a", {})));
    expect(TagSet).toEqual([{ Key: "team", Value: "web" }]);
  });

  test("can be deleted without it, and cannot be changed to another key", async () => {
    await put("a");
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: await stage.key() } };
    expect(
      await refusalOf(
        stage.s3().send(new UpdateObjectEncryptionCommand(at("a", { ObjectEncryption }) as never)),
      ),
    ).toMatch(/^InvalidRequest: .*doesn't support source objects with the encryption type DSSE-KMS or SSE-C/);
    expect(await refusalOf(stage.s3().send(new DeleteObjectCommand(at("a", {}))))).toBe("none");
  });

  test("leaves its key nowhere in the cloud's state", async () => {
    await put("a");
    await get("a", provided());
    const state = (await stage.control("GET", "state")) as Buffer;
    for (const text of [KEY, Buffer.from(KEY).toString("base64"), md5Of(KEY)])
      expect(state.includes(text)).toBe(false);
  });

  test("can be written by permitted callers, where a policy requires the algorithm", async () => {
    await stage.putPolicy(stage.s3(), "data", {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::data/*",
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "true" } },
    });
    expect(await refusalOf(put("a"))).toBe("none");
    expect(await refusalOf(put("b", {}))).toMatch(/^AccessDenied/);
  });
});

describe("invalid headers", () => {
  /** Without the SDK, which adds missing headers. */
  async function putWith(headers: Record<string, string>): Promise<string> {
    const client = stage.s3();
    client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as unknown as { request: { headers: Record<string, string> } };
        for (const [name, value] of Object.entries(headers))
          request.headers[`x-amz-server-side-encryption${name}`] = value;
        return next(args);
      },
      { step: "build" },
    );
    return refusalOf(stage.put(client, "data", "a"));
  }
  const encoded = Buffer.from(KEY).toString("base64");
  const WHOLE = {
    "-customer-algorithm": "AES256",
    "-customer-key": encoded,
    "-customer-key-md5": md5Of(KEY),
  };
  const but = (changed: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries({ ...WHOLE, ...changed }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;

  test("all three of them are accepted", async () => {
    expect(await putWith(WHOLE)).toBe("none");
  });

  test.each([
    [
      "no algorithm",
      { "-customer-algorithm": undefined },
      `InvalidArgument: ${MUST} a valid encryption algorithm.`,
    ],
    [
      "another algorithm",
      { "-customer-algorithm": "AES128" },
      "InvalidEncryptionAlgorithmError: The Encryption request you specified is not valid. Supported value: AES256.",
    ],
    ["no key", { "-customer-key": undefined }, `InvalidArgument: ${MUST} an appropriate secret key.`],
    [
      "no MD5",
      { "-customer-key-md5": undefined },
      `InvalidArgument: ${MUST} the client calculated MD5 of the secret key.`,
    ],
    [
      "the MD5 of something else",
      { "-customer-key-md5": md5Of(OTHER) },
      "InvalidArgument: The calculated MD5 hash of the key did not match the hash that was provided.",
    ],
    [
      "a key of another length",
      { "-customer-key": Buffer.from("short").toString("base64"), "-customer-key-md5": md5Of("short") },
      "InvalidArgument: The secret key was invalid for the specified algorithm.",
    ],
    [
      "a second kind of encryption",
      { "": "aws:kms" },
      "InvalidArgument: Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
    ],
  ] as const)("with %s they are refused with AWS's text", async (_what, changed, refusal) => {
    expect(await putWith(but(changed))).toBe(refusal);
  });

  test("a key for an object that needs none is refused", async () => {
    await put("a", {});
    expect(await refusalOf(get("a", provided()))).toBe(NOT_APPLICABLE);
    expect(await refusalOf(copy("data/a", ofSource()))).toBe(NOT_APPLICABLE);
  });
});

describe("a copy", () => {
  test("of such an object needs its key, and uses the bucket's default where it names nothing", async () => {
    await put("a");
    expect(await refusalOf(copy("data/a"))).toBe(NEEDS_KEY);
    expect(await refusalOf(copy("data/a", ofSource(OTHER)))).toMatch(/^AccessDenied/);
    expect(await copy("data/a", ofSource())).toMatchObject({ ServerSideEncryption: "AES256" });
    expect(await (await get("copy")).Body?.transformToString()).toBe("content");
  });

  test("may use another key of the customer, also on the object itself", async () => {
    await put("a", {});
    expect(await copy("data/a", provided())).toMatchObject(SHOWN);
    expect(await refusalOf(get("copy"))).toBe(NEEDS_KEY);
    await copy("data/copy", { ...ofSource(), ...provided(OTHER) }, "copy");
    expect(await refusalOf(get("copy", provided()))).toMatch(/^AccessDenied/);
    expect(await refusalOf(get("copy", provided(OTHER)))).toBe("none");
  });
});

describe("a multipart upload", () => {
  const begin = async (more: object) => {
    const target = { Bucket: "data", Key: "big" };
    const { UploadId, ...answer } = await stage
      .s3()
      .send(new CreateMultipartUploadCommand({ ...target, ...more }));
    return { target: { ...target, UploadId }, answer };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const upload = ({ target }: Begun, more: object) =>
    stage.s3().send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "content", ...more }));
  const complete = ({ target }: Begun, ETag: string | undefined, more: object) =>
    stage.s3().send(
      new CompleteMultipartUploadCommand({
        ...target,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        ...more,
      }),
    );
  const SUBSEQUENT =
    "InvalidRequest: The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.";

  test("accepts every part under the key that it was started with", async () => {
    const begun = await begin({ ...provided(), ChecksumAlgorithm: undefined });
    expect(begun.answer).toMatchObject(SHOWN);
    expect(await refusalOf(upload(begun, {}))).toBe(SUBSEQUENT);
    expect(await refusalOf(upload(begun, provided(OTHER)))).toBe(
      "InvalidRequest: The provided encryption parameters did not match the ones used originally.",
    );
    const part = await upload(begun, provided());
    expect(part).toMatchObject(SHOWN);
    expect(await refusalOf(complete(begun, part.ETag, provided(OTHER)))).toMatch(/^InvalidRequest/);
    await complete(begun, part.ETag, provided());
    expect(await (await get("big", provided())).Body?.transformToString()).toBe("content");
    expect(await refusalOf(get("big"))).toBe(NEEDS_KEY);
  });

  test("that was started without one accepts none, and copies parts from an object under one", async () => {
    await put("a");
    const begun = await begin({});
    expect(await refusalOf(upload(begun, provided()))).toBe(SUBSEQUENT);
    const { target } = begun;
    const part = (more: object) =>
      stage.s3().send(new UploadPartCopyCommand({ ...target, PartNumber: 1, CopySource: "data/a", ...more }));
    expect(await refusalOf(part({}))).toBe(NEEDS_KEY);
    const { CopyPartResult } = await part(ofSource());
    await complete(begun, CopyPartResult?.ETag, {});
    expect(await (await get("big")).Body?.transformToString()).toBe("content");
  });

  test("that was started with a checksum algorithm can be listed and completed only with the key", async () => {
    const begun = await begin({ ...provided(), ChecksumAlgorithm: "CRC32" });
    const part = await upload(begun, provided());
    const { target } = begun;
    const list = (more: object) => refusalOf(stage.s3().send(new ListPartsCommand({ ...target, ...more })));
    expect(await list({})).toBe(SUBSEQUENT);
    expect(await refusalOf(complete(begun, part.ETag, {}))).toBe(SUBSEQUENT);
    expect(await refusalOf(complete(begun, part.ETag, provided()))).toBe("none");
  });
});
