import { viaService } from "@keyferry/common";
import type { Basis, PermissionRow, RowGrant } from "../row";
import type { BucketUseByRole, RoleAccess } from "./access";

/** One operation on the objects of buckets. */
interface BucketUseRow {
  readonly id: string;
  readonly uses: readonly BucketUseByRole[];
  readonly on: "bucket" | "objects" | "key";
  readonly actions: readonly string[];
  readonly basis: Basis;
  readonly why: string;
  readonly source: string;
}

const BUCKET_USES: readonly BucketUseRow[] = [
  {
    id: "ListObjects",
    uses: ["read"],
    on: "bucket",
    actions: ["s3:ListBucket"],
    basis: "documented",
    why: "without it S3 returns AccessDenied for an object that does not exist, and the role cannot list the objects",
    source: "S3 API reference, GetObject, ListObjectsV2",
  },
  {
    id: "ReadObjects",
    uses: ["read"],
    on: "objects",
    actions: ["s3:GetObject"],
    basis: "enforced",
    why: "the latest versions of objects are read",
    source: "S3 API reference, GetObject",
  },
  {
    id: "PutObjects",
    uses: ["put"],
    on: "objects",
    actions: ["s3:PutObject", "s3:AbortMultipartUpload"],
    basis: "enforced",
    why: "objects are written, large ones in parts, which are removed when an upload is aborted",
    source: "S3 user guide, Multipart upload API and permissions",
  },
  {
    id: "DeleteObjects",
    uses: ["delete"],
    on: "objects",
    actions: ["s3:DeleteObject"],
    basis: "enforced",
    why: "in a versioned bucket this writes a delete marker: no version is lost",
    source: "S3 API reference, DeleteObject",
  },
  {
    id: "DecryptObjects",
    uses: ["read", "put"],
    on: "key",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "S3 decrypts objects with the permissions of the principal that reads them, and the parts of a multipart upload with those of the principal that completes it",
    source:
      "S3 user guide, Multipart upload API and permissions; Using server-side encryption with AWS KMS keys",
  },
  {
    id: "EncryptObjects",
    uses: ["put"],
    on: "key",
    actions: ["kms:GenerateDataKey"],
    basis: "enforced",
    why: "S3 requests a data key for each object, or for the bucket with an S3 Bucket Key, with the permissions of the principal that writes",
    source: "S3 user guide, Using server-side encryption with AWS KMS keys",
  },
];

const unique = (values: readonly string[]) => [...new Set(values)];

/** What is granted on buckets, and on the keys of their objects, by a role's own policy. */
export const BUCKET_USE_ROWS: readonly PermissionRow<RoleAccess>[] = BUCKET_USES.map(
  ({ id, actions, basis, why, source, uses, on }) => ({
    ...{ id, actions, basis, why, source },
    grant: ({ buckets }) => {
      const meant = buckets.filter(({ use }) => uses.includes(use));
      return meant.length === 0 ? undefined : ON[on](meant);
    },
  }),
);

const ON: Readonly<Record<BucketUseRow["on"], (buckets: RoleAccess["buckets"]) => RowGrant>> = {
  bucket: (buckets) => ({ resources: arnsOf(buckets) }),
  objects: (buckets) => ({ resources: arnsOf(buckets).map((arn) => `${arn}/*`) }),
  key: (buckets) => ({
    resources: unique(buckets.map(({ keyArn }) => keyArn)),
    conditions: {
      StringEquals: { "kms:ViaService": unique(buckets.map(({ region }) => viaService("s3", region))) },
      // With an S3 Bucket Key the context is the bucket's ARN, otherwise the object's.
      StringLike: {
        "kms:EncryptionContext:aws:s3:arn": arnsOf(buckets).flatMap((arn) => [arn, `${arn}/*`]),
      },
    },
  }),
};

function arnsOf(buckets: RoleAccess["buckets"]): readonly string[] {
  return unique(buckets.map(({ bucketArn }) => bucketArn));
}
