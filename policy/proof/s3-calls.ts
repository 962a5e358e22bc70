import { viaService } from "@keyferry/common";
import type { AccessRequest, RequestPrincipal } from "@keyferry/evaluator";
import type { ReplicationAccess, ReplicationTarget } from "../s3";
import type { Basis } from "../row";
import type { DeniedCall } from "./refuser";
import { callOf, sessionOf, type Caller, type ProofCall } from "./call";

/** An example object key. */
const OBJECT = "2026/report.pdf";

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER_ALGORITHM = "s3:x-amz-server-side-encryption-customer-algorithm";

const CONTEXT = "kms:EncryptionContext:aws:s3:arn";
const THROUGH_S3 = ["kms:ViaService", CONTEXT];

/** S3, when it assumes a replication role. */
const S3: RequestPrincipal = { kind: "service", account: "s3.amazonaws.com", arn: "s3.amazonaws.com" };

/** The calls with which S3 begins to replicate a bucket: it assumes the role, and reads the rules and the source with it. */
export function readSourceCalls(
  partition: string,
  { source, objectLock = false }: Pick<ReplicationAccess, "source" | "objectLock">,
  roleArn: string,
): readonly ProofCall[] {
  const { account, region, bucketArn, keyArns } = source;
  const caller = replicator(partition, account, roleArn, region);
  const object = `${bucketArn}/${OBJECT}`;
  return [
    {
      request: {
        action: "sts:AssumeRole",
        resource: roleArn,
        resourceAccount: account,
        principal: S3,
        context: { "aws:SourceAccount": account, "aws:SourceArn": bucketArn },
      },
      basis: "enforced",
      when: "replication: S3 assumes the role",
      pins: [],
    },
    ...["s3:GetReplicationConfiguration", "s3:ListBucket"].map((action) =>
      callOf(caller, "replication: S3 reads the rules and the source", action, bucketArn),
    ),
    ...["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"].map(
      (action) => callOf(caller, "replication: S3 reads an object of the source", action, object),
    ),
    ...(objectLock ? ["s3:GetObjectRetention", "s3:GetObjectLegalHold"] : []).map((action) =>
      callOf(caller, "replication: S3 reads the lock of an object of the source", action, object),
    ),
    ...keyArns.flatMap((key) =>
      onKey(caller, key, { account, bucketArn, region }, ["kms:Decrypt"], "enforced", "source"),
    ),
  ];
}

/** A bucket that replicas are written to, with its account. */
export interface WrittenBucket extends ReplicationTarget {
  /** 12-digit id. */
  readonly account: string;
  /** Whether it has Object Lock, like the source. @default false */
  readonly objectLock?: boolean;
}

/** The calls with which S3 writes a replica, with the role of a source in `account` and `region`. */
export function writeReplicaCalls(
  partition: string,
  { account, region }: Pick<ReplicationAccess["source"], "account" | "region">,
  roleArn: string,
  target: WrittenBucket,
): readonly ProofCall[] {
  const caller = replicator(partition, account, roleArn, target.region);
  const fromSource = replicator(partition, account, roleArn, region);
  const { bucketArn, keyArns } = target;
  const actions = [
    "s3:ReplicateObject",
    "s3:ReplicateTags",
    ...(target.deleteMarkers ? ["s3:ReplicateDelete"] : []),
    ...(target.ownerOverride ? ["s3:ObjectOwnerOverrideToBucketOwner"] : []),
  ];
  return [
    ...actions.map((action) =>
      callOf(fromSource, "replication: S3 writes a replica", action, `${bucketArn}/${OBJECT}`, {
        resourceAccount: target.account,
        context: {
          "aws:RequestedRegion": target.region,
          ...(action === "s3:ReplicateObject" ? { [ALGORITHM]: "aws:kms", [KEY]: keyArns[0] ?? "" } : {}),
        },
      }),
    ),
    ...(target.objectLock === true ? ["s3:PutObjectRetention", "s3:PutObjectLegalHold"] : []).map((action) =>
      callOf(fromSource, "replication: S3 locks a replica", action, `${bucketArn}/${OBJECT}`, {
        resourceAccount: target.account,
        basis: "documented",
        context: { "aws:RequestedRegion": target.region },
      }),
    ),
    ...keyArns.flatMap((key) => [
      ...onKey(caller, key, target, ["kms:Decrypt", "kms:Encrypt"], "enforced", "destination"),
      ...onKey(caller, key, target, ["kms:GenerateDataKey"], "documented", "destination"),
    ]),
  ];
}

/** A bucket under a customer managed key, used by its own account. */
export interface OwnBucket extends Pick<WrittenBucket, "account" | "region" | "bucketArn"> {
  readonly keyArn: string;
}

/** The calls of a principal that IAM of the bucket's account allows: objects are under the bucket's key, named or not. */
export function ownerCalls(principal: RequestPrincipal, bucket: OwnBucket): readonly ProofCall[] {
  const { put, on } = asOwner(principal, bucket);
  return [
    on("the bucket is listed", "s3:ListBucket", bucket.bucketArn),
    on("an object is read", "s3:GetObject", `${bucket.bucketArn}/${OBJECT}`),
    put("an object is written, without encryption headers", {}),
    put("an object is written under the bucket's key", { [ALGORITHM]: "aws:kms", [KEY]: bucket.keyArn }),
    ...["kms:Decrypt", "kms:GenerateDataKey"].map((action) =>
      on("an object is read and written", action, bucket.keyArn, {
        "kms:ViaService": viaService("s3", bucket.region),
        [CONTEXT]: bucket.bucketArn,
      }),
    ),
  ];
}

/** What the bucket policy denies every principal, regardless of IAM. @param otherKey ARN of another key */
export function refusedToOwner(
  principal: RequestPrincipal,
  bucket: OwnBucket,
  otherKey: string,
): readonly DeniedCall[] {
  const { put, on } = asOwner(principal, bucket);
  const { bucketArn } = bucket;
  const object = `${bucketArn}/${OBJECT}`;
  const replica = (context: AccessRequest["context"]) => on("", "s3:ReplicateObject", object, context);
  const plain = { "aws:SecureTransport": "false" };
  const calls: readonly (readonly [string, ProofCall])[] = [
    ["listing the bucket without TLS", on("", "s3:ListBucket", bucketArn, plain)],
    ["reading an object without TLS", on("", "s3:GetObject", object, plain)],
    ["writing an object under SSE-S3", put("", { [ALGORITHM]: "AES256" })],
    ["writing an object under SSE-KMS without a key", put("", { [ALGORITHM]: "aws:kms" })],
    ["writing an object under another key", put("", { [ALGORITHM]: "aws:kms", [KEY]: otherKey })],
    ["writing an object under a customer-provided key (SSE-C)", put("", { [CUSTOMER_ALGORITHM]: "AES256" })],
    ["writing a replica under a customer-provided key (SSE-C)", replica({ [CUSTOMER_ALGORITHM]: "AES256" })],
    ["writing a replica under SSE-S3", replica({ [ALGORITHM]: "AES256" })],
    ["writing a replica under another key", replica({ [ALGORITHM]: "aws:kms", [KEY]: otherKey })],
    ["deleting the bucket", on("", "s3:DeleteBucket", bucketArn)],
  ];
  return calls.map(([what, { request }]) => ({ what, request, refuser: "resource" }));
}

function asOwner(principal: RequestPrincipal, { bucketArn, region }: OwnBucket) {
  const on = (when: string, action: string, resource: string, context: AccessRequest["context"] = {}) =>
    callOf({ principal, partition: "", region }, when, action, resource, { context });
  const put = (when: string, context: AccessRequest["context"]) =>
    on(when, "s3:PutObject", `${bucketArn}/${OBJECT}`, context);
  return { on, put };
}

/** A session of a replication role. */
export function replicatorSession(partition: string, account: string, roleName: string): RequestPrincipal {
  return sessionOf(partition, account, roleName);
}

/** S3 uses a key for an object, or for the bucket with an S3 Bucket Key. */
function onKey(
  caller: Caller,
  key: string,
  { account, bucketArn, region }: Pick<WrittenBucket, "account" | "bucketArn" | "region">,
  actions: readonly string[],
  basis: Basis,
  side: "source" | "destination",
): readonly ProofCall[] {
  return actions.flatMap((action) =>
    [`${bucketArn}/${OBJECT}`, bucketArn].map((arn) =>
      callOf(caller, `replication: S3 uses the ${side}'s key`, action, key, {
        resourceAccount: account,
        basis,
        context: { "kms:ViaService": viaService("s3", region), [CONTEXT]: arn },
        pins: THROUGH_S3,
      }),
    ),
  );
}

function replicator(partition: string, account: string, roleArn: string, region: string): Caller {
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return { principal: replicatorSession(partition, account, roleName), partition, region };
}
