/**
 * The permissions that S3 checks while it replicates one object, in order, and S3's failure reasons for them.
 * Sources: S3 user guide, "Setting up permissions for live replication", "Replicating encrypted objects", "Amazon S3
 * replication failure reasons".
 */
import { formatArn, parseArn, roleArn, viaService } from "@keyferry/common";
import type { AccessRequest, ContextValue, RequestPrincipal } from "@keyferry/evaluator";

/** An object that is replicated from one bucket to another. */
export interface ReplicatedObject {
  readonly partition: string;
  /** Name of the replication role, in the source's account. */
  readonly roleName: string;
  readonly key: string;
  readonly source: Side;
  readonly destination: Side;
  /** Whether it has tags. */
  readonly tagged: boolean;
  /** Whether a delete marker may follow it. */
  readonly deleteMarkers: boolean;
  /** Whether its bucket has Object Lock. @default false */
  readonly objectLock?: boolean;
  /** Whether it is under a customer-provided key (SSE-C); then its replica is too. @default false */
  readonly customerKey?: boolean;
  /** Whether the destination's owner becomes the owner of its replica. */
  readonly ownerOverride: boolean;
}

interface Side {
  /** 12-digit id. */
  readonly account: string;
  readonly region: string;
  readonly bucketArn: string;
  /** The key of the object there. @default - it is under SSE-S3 */
  readonly under?: {
    readonly keyArn: string;
    /** `aws:kms` or `aws:kms:dsse`. */
    readonly algorithm: string;
    /** Whether an S3 Bucket Key is used. */
    readonly bucketKey: boolean;
  };
}

/** The documents that decide in addition to the role's own policies. */
export type DecidingDocument =
  "trust policy" | "source bucket" | "source key" | "destination bucket" | "destination key";

export interface ReplicationCall {
  readonly request: AccessRequest;
  /** AWS's failure reason if the call is refused. */
  readonly reason: string;
  readonly decidedBy: DecidingDocument;
  /** Rows of the permission table that allow it: in the role's policy, and in the other document. */
  readonly rows: { readonly role?: string; readonly other?: string };
}

/** Every call for one object. */
export function replicationCalls(object: ReplicatedObject): readonly ReplicationCall[] {
  const { partition, source, destination, roleName } = object;
  const principal = sessionOf(object);
  const onSource = source.bucketArn;
  const sourceObject = `${onSource}/${object.key}`;
  const replica = `${destination.bucketArn}/${object.key}`;
  const call =
    (side: Side, decidedBy: DecidingDocument) =>
    (
      action: string,
      resource: string,
      reason: string,
      rows: ReplicationCall["rows"],
      context: Readonly<Record<string, ContextValue>> = {},
    ): ReplicationCall => ({
      request: {
        action,
        resource,
        resourceAccount: decidedBy.endsWith("key") ? accountIn(resource) : side.account,
        principal,
        context: { "aws:SecureTransport": "true", "aws:RequestedRegion": side.region, ...context },
      },
      reason,
      decidedBy,
      rows,
    });
  const atSource = call(source, "source bucket");
  const read = (action: string, reason: string, role = "ReadSourceObjects") =>
    atSource(action, sourceObject, reason, { role });
  const written = { ...encryptionContext(destination.under, object.customerKey) };
  const write = (action: string, reason: string, role: string, other: string) =>
    call(destination, "destination bucket")(action, replica, reason, { role, other }, written);
  return [
    assumed(partition, source.account, roleName, source),
    ...["s3:GetReplicationConfiguration", "s3:ListBucket"].map((action) =>
      atSource(
        action,
        onSource,
        action === "s3:ListBucket" ? "SrcHeadObjectNotPermitted" : "InitiateReplicationNotPermitted",
        { role: "ReadReplicationRules" },
      ),
    ),
    read("s3:GetObjectVersionForReplication", "SrcGetObjectNotPermitted"),
    read("s3:GetObjectVersionAcl", "SrcGetAclNotPermitted"),
    ...(object.tagged ? [read("s3:GetObjectVersionTagging", "SrcGetTaggingNotPermitted")] : []),
    ...(object.objectLock === true
      ? [
          read("s3:GetObjectRetention", "SrcGetRetentionNotPermitted", "ReadObjectLocks"),
          read("s3:GetObjectLegalHold", "SrcGetLegalHoldNotPermitted", "ReadObjectLocks"),
        ]
      : []),
    write("s3:ReplicateObject", "DstPutObjectNotPermitted", "WriteReplicas", "ReplicatorsWriteReplicas"),
    ...(object.tagged
      ? [write("s3:ReplicateTags", "DstPutTaggingNotPermitted", "WriteReplicas", "ReplicatorsWriteReplicas")]
      : []),
    ...(object.ownerOverride
      ? [
          write(
            "s3:ObjectOwnerOverrideToBucketOwner",
            "DstPutAclNotPermitted",
            "HandReplicasOver",
            "ReplicatorsHandOver",
          ),
        ]
      : []),
    ...(object.deleteMarkers
      ? [
          write(
            "s3:ReplicateDelete",
            "DstDelObjNotPermitted",
            "WriteDeleteMarkers",
            "ReplicatorsWriteDeleteMarkers",
          ),
        ]
      : []),
    ...onKey(call(source, "source key"), source, sourceObject, "SrcGetObjectNotPermitted", {
      "kms:Decrypt": { role: "DecryptSource" },
    }),
    ...onKey(call(destination, "destination key"), destination, replica, "DstPutObjectNotPermitted", {
      "kms:Encrypt": { role: "EncryptReplicas", other: "ReplicatorsEncrypt" },
      ...(destination.under?.bucketKey === true
        ? { "kms:Decrypt": { role: "OpenReplicaBucketKey", other: "ReplicatorsOpenBucketKey" } }
        : {}),
    }),
  ];
}

/** A key is used through S3 in its Region, with the object's or the bucket's ARN in the encryption context. */
function onKey(
  call: (
    action: string,
    resource: string,
    reason: string,
    rows: ReplicationCall["rows"],
    context: Readonly<Record<string, ContextValue>>,
  ) => ReplicationCall,
  { under, region, bucketArn }: Side,
  object: string,
  reason: string,
  actions: Readonly<Record<string, ReplicationCall["rows"]>>,
): readonly ReplicationCall[] {
  if (under === undefined) return [];
  const context = {
    "kms:ViaService": viaService("s3", region),
    "kms:EncryptionContext:aws:s3:arn": under.bucketKey ? bucketArn : object,
    "kms:EncryptionContextKeys": ["aws:s3:arn"],
  };
  return Object.entries(actions).map(([action, rows]) => call(action, under.keyArn, reason, rows, context));
}

function assumed(partition: string, account: string, roleName: string, source: Side): ReplicationCall {
  const service = "s3.amazonaws.com";
  return {
    request: {
      action: "sts:AssumeRole",
      resource: roleArn(partition, account, roleName),
      resourceAccount: account,
      principal: { kind: "service", account: service, arn: service },
      context: { "aws:SourceAccount": account, "aws:SourceArn": source.bucketArn },
    },
    reason: "AssumeRoleNotPermitted",
    decidedBy: "trust policy",
    rows: { other: "S3Replicates" },
  };
}

function sessionOf({ partition, roleName, source: { account } }: ReplicatedObject): RequestPrincipal {
  const resource = `assumed-role/${roleName}/s3-replication`;
  return {
    kind: "assumed-role",
    account,
    arn: formatArn({ partition, service: "sts", region: "", account, resource }),
    roleArn: roleArn(partition, account, roleName),
  };
}

function encryptionContext(under: Side["under"], customerKey = false): Readonly<Record<string, string>> {
  if (customerKey) return { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" };
  if (under === undefined) return { "s3:x-amz-server-side-encryption": "AES256" };
  return {
    "s3:x-amz-server-side-encryption": under.algorithm,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": under.keyArn,
  };
}

function accountIn(keyArn: string): string {
  return parseArn(keyArn)?.account ?? "";
}
