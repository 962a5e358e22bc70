import { decodeS3 } from "../../../services/s3/operations";
import type { WireRequest } from "../../../wire/message";

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
  ["POST", "/images/ami.bin", "uploads", "CreateMultipartUpload"],
  ["PUT", "/images/ami.bin", "partNumber=1&uploadId=u", "UploadPart"],
  ["POST", "/images/ami.bin", "uploadId=u", "CompleteMultipartUpload"],
  ["GET", "/images", "uploads", "ListMultipartUploads"],
])("%s %s?%s is %s", (method, path, query, operation) => {
  expect(decodeS3(ask(method, path, query)).operation).toBe(operation);
});

test("a copy is distinguished from a plain write, and a copied part from an uploaded one", () => {
  const copies = { "x-amz-copy-source": "/other/key" };
  expect(decodeS3(ask("PUT", "/state/key", "", copies)).operation).toBe("CopyObject");
  expect(decodeS3(ask("PUT", "/state/key", "partNumber=1&uploadId=u", copies)).operation).toBe(
    "UploadPartCopy",
  );
});

test("bucket and key are decoded", () => {
  expect(decodeS3(ask("GET", "/state/a%20b/c")).input).toEqual({ Bucket: "state", Key: "a b/c" });
});

test.each([
  ["a sub-resource that is not modelled", ask("PUT", "/state", "website")],
  [
    "a key that the customer provides, where S3 needs none",
    ask("GET", "/state/key", "tagging", { "x-amz-server-side-encryption-customer-algorithm": "AES256" }),
  ],
  [
    "a key of a copy's source, where nothing is copied",
    ask("PUT", "/state/key", "", { "x-amz-copy-source-server-side-encryption-customer-key": "a2V5" }),
  ],
  ["a copy where nothing is copied", ask("GET", "/state/key", "", { "x-amz-copy-source": "/other/key" })],
])("%s is refused and never taken for a simpler operation", (_what, request) => {
  expect(() => decodeS3(request)).toThrow(expect.objectContaining({ name: "NotImplemented" }));
});
