import { decodeS3 } from "../../../sandbox/services/s3/operations";
import { createClock } from "../../../sandbox/clock";
import { composeFrame } from "../../../sandbox/compose";
import { dispatch } from "../../../sandbox/dispatch";
import { authorization, type Forward } from "../../../sandbox/moto/forward";
import { SRC } from "../lib/cloud";
import type { WireRequest } from "../../../sandbox/wire/message";

function ask(method: string, path: string, query = "", headers: Record<string, string> = {}): WireRequest {
  return { method, path, query: new URLSearchParams(query), rawQuery: query, headers, body: Buffer.alloc(0) };
}

test.each([
  ["GET", "/", "", "ListBuckets"],
  ["PUT", "/state", "", "CreateBucket"],
  ["HEAD", "/state", "", "HeadBucket"],
  ["GET", "/state/", "list-type=2&prefix=a", "ListObjectsV2"],
  ["GET", "/state", "versioning", "GetBucketVersioning"],
  ["PUT", "/state", "publicAccessBlock", "PutPublicAccessBlock"],
  ["PUT", "/state/a/b.tfstate", "x-id=PutObject", "PutObject"],
  ["GET", "/state/a/b.tfstate", "", "GetObject"],
  ["HEAD", "/state/a/b.tfstate", "", "HeadObject"],
  ["DELETE", "/state/a/b.tfstate.tflock", "", "DeleteObject"],
])("%s %s?%s is %s", (method, path, query, operation) => {
  expect(decodeS3(ask(method, path, query)).operation).toBe(operation);
});

test("bucket and key are decoded", () => {
  expect(decodeS3(ask("GET", "/state/a%20b/c")).input).toEqual({ Bucket: "state", Key: "a b/c" });
});

test.each([
  ["a sub-resource that is not modelled", ask("PUT", "/state", "notification")],
  ["a multipart upload", ask("POST", "/state/key", "uploads")],
  ["a copy of an object", ask("PUT", "/state/key", "", { "x-amz-copy-source": "/other/key" })],
])("%s is refused and never taken for something simpler", (_what, request) => {
  expect(() => decodeS3(request)).toThrow(expect.objectContaining({ name: "NotImplemented" }));
});

describe("a bucket policy", () => {
  const forward: Forward = () => Promise.resolve({ status: 200, headers: {}, body: "object" });
  const frame = composeFrame(
    createClock(1, () => undefined),
    forward,
    () => undefined,
  );
  const credential = { accessKeyId: SRC, region: "eu-west-1", service: "s3" };
  const send = (method: string, path: string, query = "", body = "") =>
    dispatch(frame, {
      ...ask(method, path, query, { authorization: authorization(credential) }),
      body: Buffer.from(body),
    });
  const put = (statement: object) =>
    send("PUT", "/state", "policy", JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
  const DENY = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::state/*" };

  test("that denies, denies the account's administrator too", async () => {
    expect((await put(DENY)).status).toBe(204);
    expect((await send("GET", "/state/a/b")).status).toBe(403);
    expect((await send("GET", "/other/a/b")).status).toBe(200);
  });

  test("whose condition does not hold denies nothing", async () => {
    await put({ ...DENY, Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect((await send("GET", "/state/a/b")).status).toBe(200);
  });

  test("is answered as it was put, and is gone once deleted", async () => {
    await put(DENY);
    expect(JSON.parse(String((await send("GET", "/state", "policy")).body))).toMatchObject({
      Statement: [DENY],
    });
    expect((await send("DELETE", "/state", "policy")).status).toBe(204);
    expect((await send("GET", "/state", "policy")).status).toBe(404);
    expect((await send("GET", "/state/a/b")).status).toBe(200);
  });

  test("that is no JSON is refused", async () => {
    expect((await send("PUT", "/state", "policy", "{")).status).toBe(400);
  });
});
