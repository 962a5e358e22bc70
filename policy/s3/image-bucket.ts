import { accountPrincipal, roleArn } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";

/** A role of another account that copies objects of stored images into a bucket. */
export interface ImagePusher {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path is `/`. */
  readonly roleName: string;
  /** Prefixes that it writes to; each ends with a slash. */
  readonly prefixes: readonly string[];
}

/** The input of the policy of a bucket for stored images. */
export interface ImageBucketAccess {
  readonly partition: string;
  readonly bucketArn: string;
  readonly pushers: readonly ImagePusher[];
}

/** The same for one of its pushers: each has separate statements, because each has its own prefixes. */
export interface ImagePusherAccess extends Omit<ImageBucketAccess, "pushers"> {
  readonly pusher: ImagePusher;
}

const ALGORITHM = "s3:x-amz-server-side-encryption";
const CUSTOMER_ALGORITHM = "s3:x-amz-server-side-encryption-customer-algorithm";
const EVERYBODY: RowGrant = { principal: { AWS: ["*"] } };

/** What is denied in every such bucket. */
export const IMAGE_BUCKET_ROWS: readonly PermissionRow<ImageBucketAccess>[] = [
  {
    id: "NobodyWithoutTls",
    effect: "Deny",
    actions: ["s3:*"],
    basis: "documented",
    why: "requests without TLS are denied; aws:SecureTransport is false for them, so the Deny names false",
    source: "S3 user guide, Security best practices for Amazon S3, Enforce encryption of data in transit",
    grant: ({ bucketArn }) => ({
      ...EVERYBODY,
      resources: [bucketArn, `${bucketArn}/*`],
      conditions: { Bool: { "aws:SecureTransport": ["false"] } },
    }),
  },
  {
    id: "NoOtherEncryption",
    effect: "Deny",
    actions: ["s3:PutObject"],
    basis: "documented",
    why: "stored images are under SSE-S3; otherwise the role that copies one would need the key of the account that stores or receives it; a request that specifies no encryption gets the bucket's default, which is SSE-S3",
    source: "S3 user guide, Using server-side encryption with Amazon S3 managed keys (SSE-S3)",
    grant: ({ bucketArn }) => ({
      ...EVERYBODY,
      resources: [`${bucketArn}/*`],
      conditions: { StringNotEquals: { [ALGORITHM]: ["AES256"] }, Null: { [ALGORITHM]: ["false"] } },
    }),
  },
  {
    id: "NoCustomerProvidedKey",
    effect: "Deny",
    actions: ["s3:PutObject"],
    basis: "documented",
    why: "EC2 cannot read an object under a customer-provided key (SSE-C)",
    source: "S3 user guide, Blocking or unblocking SSE-C for a general purpose bucket",
    grant: ({ bucketArn }) => ({
      ...EVERYBODY,
      resources: [`${bucketArn}/*`],
      conditions: { Null: { [CUSTOMER_ALGORITHM]: ["false"] } },
    }),
  },
];

/** What a runner role of another account may do. */
export const IMAGE_PUSHER_ROWS: readonly PermissionRow<ImagePusherAccess>[] = [
  {
    id: "PushImages",
    actions: [
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
      "s3:PutObjectTagging",
    ],
    basis: "enforced",
    why: "the runner role of the source's account copies the object of its image into this bucket, in parts and with its tags, and continues an unfinished upload; it reads nothing here",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ bucketArn, pusher, ...access }) => ({
      ...role(access.partition, pusher),
      resources: pusher.prefixes.map((prefix) => `${bucketArn}/${prefix}*`),
    }),
  },
  {
    id: "FindPushes",
    actions: ["s3:ListBucketMultipartUploads"],
    basis: "enforced",
    why: "an upload that a crash left unfinished is found, and continued or aborted; the action applies to the bucket as a whole",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ bucketArn, partition, pusher }) => ({ ...role(partition, pusher), resources: [bucketArn] }),
  },
];

/** The statements of such a bucket's policy. */
export function imageBucketPolicy({ pushers, ...access }: ImageBucketAccess): readonly Statement[] {
  return [
    ...statementsOf(IMAGE_BUCKET_ROWS, { ...access, pushers }),
    ...pushers.flatMap((pusher) =>
      statementsOf(IMAGE_PUSHER_ROWS, { ...access, pusher }).map((statement) => ({
        ...statement,
        sid: pushers.length === 1 ? statement.sid : `${statement.sid}Of${pusher.account}`,
      })),
    ),
  ];
}

/**
 * The role's account with a condition on the role's ARN: AWS refuses a policy that names a role that does not exist, and such
 * a statement has no effect after the role is created again.
 */
function role(
  partition: string,
  { account, roleName }: ImagePusher,
): Pick<RowGrant, "principal" | "conditions"> {
  return {
    principal: { AWS: [accountPrincipal(partition, account)] },
    conditions: { ArnEquals: { "aws:PrincipalArn": [roleArn(partition, account, roleName)] } },
  };
}
