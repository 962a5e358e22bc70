import { viaService } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import type { ReplicationAccess, ReplicationTarget } from "../s3";
import type { Basis } from "../row";
import { callOf, sessionOf, type Caller, type ProofCall } from "./call";

/** Keys of objects stand for any. */
const OBJECT = "2026/report.pdf";

const CONTEXT = "kms:EncryptionContext:aws:s3:arn";
const THROUGH_S3 = ["kms:ViaService", CONTEXT];

/** S3, when it takes a replication role. */
const S3: RequestPrincipal = { kind: "service", account: "s3.amazonaws.com", arn: "s3.amazonaws.com" };

/** What S3 asks for to replicate a bucket: it takes the role, and reads the rules and the source with it. */
export function readSourceCalls(
  partition: string,
  { source }: Pick<ReplicationAccess, "source">,
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
      when: "replication: S3 takes the role",
      pins: [],
    },
    ...["s3:GetReplicationConfiguration", "s3:ListBucket"].map((action) =>
      callOf(caller, "replication: S3 reads the rules and the source", action, bucketArn),
    ),
    ...["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"].map(
      (action) => callOf(caller, "replication: S3 reads an object of the source", action, object),
    ),
    ...keyArns.flatMap((key) =>
      onKey(caller, key, { account, bucketArn, region }, ["kms:Decrypt"], "enforced", "source"),
    ),
  ];
}

/** A bucket that replicas are written into, and whose account that is. */
export interface WrittenBucket extends ReplicationTarget {
  /** 12-digit id. */
  readonly account: string;
}

/** What S3 asks for to write a replica, with the role of a source in `account` and `region`. */
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
        context: { "aws:RequestedRegion": target.region },
      }),
    ),
    ...keyArns.flatMap((key) => [
      ...onKey(caller, key, target, ["kms:Decrypt", "kms:Encrypt"], "enforced", "destination"),
      ...onKey(caller, key, target, ["kms:GenerateDataKey"], "documented", "destination"),
    ]),
  ];
}

/** A session of a replication role. */
export function replicatorSession(partition: string, account: string, roleName: string): RequestPrincipal {
  return sessionOf(partition, account, roleName);
}

/** S3 uses a key for an object, and with an S3 Bucket Key for the bucket. */
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
