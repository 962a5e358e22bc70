import { decodeS3 } from "../../../sandbox/services/s3/operations";
import { s3Service } from "../../../sandbox/services/s3/service";
import { createClock } from "../../../sandbox/clock";
import { composeFrame } from "../../../sandbox/compose";
import type { Forward } from "../../../sandbox/moto/forward";
import { policy, SRC } from "../lib/cloud";
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

test("an object is checked by its ARN, together with the bucket's policy", async () => {
  const document = policy({ Principal: "*", Action: "s3:GetObject", Resource: "*" });
  const forward: Forward = () =>
    Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(document) });
  const { cloud } = composeFrame(
    createClock(1, () => undefined),
    forward,
    () => undefined,
  );
  const caller = {
    kind: "user" as const,
    account: SRC,
    arn: `arn:aws:iam::${SRC}:user/a`,
    userId: "AIDA",
    identity: [],
  };
  const call = {
    requestId: "1",
    service: "s3",
    region: "eu-west-1",
    operation: "GetObject",
    caller,
    input: { Bucket: "state", Key: "a/b" },
  };
  const checks = await s3Service(forward).forwarded["GetObject"]?.(call, cloud);

  expect(checks).toMatchObject([
    { action: "s3:GetObject", resource: "arn:aws:s3:::state/a/b", resourcePolicy: { document } },
  ]);
});
