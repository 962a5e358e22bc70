/**
 * The permissions that the replication role needs, and S3's failure reasons when it lacks them. Sources: S3 user guide,
 * "Setting up permissions for live replication", "Replicating encrypted objects", "Receiving replication failure
 * events".
 */
import type { ContextValue } from "@keyferry/evaluator";
import type { Caller, Cloud } from "../../../contract";
import { bucketCheck, objectCheck, ownerOf } from "../access";
import { blocksCustomerKeys } from "../encryption/customer-key";
import { keyRefusal, READ } from "../encryption/use";
import type { Bucket, ObjectKey, ObjectNote } from "../state";
import type { ReplicationRule } from "./configuration";

/** One object to be replicated, with everything that decides. */
export interface Crossing {
  readonly role: Caller;
  readonly source: Bucket;
  readonly destination: Bucket;
  readonly key: string;
  readonly note: ObjectNote;
  readonly rule: ReplicationRule;
  /** Whether the object has tags. */
  readonly tagged: boolean;
  /** The key of the replica; undefined for SSE-S3 and for a key of the customer. */
  readonly replicaKey?: ObjectKey;
}

type Test = (crossing: Crossing, cloud: Cloud) => Promise<boolean>;

interface Need {
  readonly reason: string;
  /** Whether this permission is required at all. @default always */
  readonly when?: (crossing: Crossing) => boolean;
  readonly met: Test;
}

const onSourceBucket =
  (action: string): Test =>
  ({ role, source }, cloud) =>
    allowed(cloud, role, bucketCheck(source, role, action));

const onSource =
  (...actions: readonly string[]): Test =>
  async ({ role, source, key, note }, cloud) => {
    for (const action of actions)
      if (await allowed(cloud, role, objectCheck(source, role, action, key, {}, note))) return true;
    return false;
  };

const onReplica =
  (action: string): Test =>
  (crossing, cloud) => {
    const { role, destination, key } = crossing;
    return allowed(cloud, role, objectCheck(destination, role, action, key, encryptionContext(crossing)));
  };

/** In the order in which they are checked. */
const NEEDS: readonly Need[] = [
  { reason: "InitiateReplicationNotPermitted", met: onSourceBucket("GetReplicationConfiguration") },
  { reason: "SrcHeadObjectNotPermitted", met: onSourceBucket("ListBucket") },
  {
    // The permission of a plain read covers objects that are not under KMS keys.
    reason: "SrcGetObjectNotPermitted",
    met: (crossing, cloud) =>
      onSource(
        "GetObjectVersionForReplication",
        ...(crossing.note.key === undefined ? ["GetObjectVersion"] : []),
      )(crossing, cloud),
  },
  {
    reason: "SrcGetAclNotPermitted",
    met: async (crossing, cloud) =>
      ownerOf(crossing.source, crossing.note) === crossing.source.account &&
      (await onSource("GetObjectVersionAcl")(crossing, cloud)),
  },
  {
    reason: "SrcGetTaggingNotPermitted",
    when: ({ tagged }) => tagged,
    met: onSource("GetObjectVersionTagging"),
  },
  // Source: S3 user guide, "Using Object Lock with S3 Replication".
  { reason: "SrcGetRetentionNotPermitted", when: hasObjectLock, met: onSource("GetObjectRetention") },
  { reason: "SrcGetLegalHoldNotPermitted", when: hasObjectLock, met: onSource("GetObjectLegalHold") },
  {
    // Source: S3 user guide, "Blocking or unblocking SSE-C for a general purpose bucket": 403 AccessDenied.
    reason: "DstPutObjectNotPermitted",
    when: ({ note }) => note.customerKey !== undefined,
    met: ({ destination }) => Promise.resolve(!blocksCustomerKeys(destination)),
  },
  { reason: "DstPutObjectNotPermitted", met: onReplica("ReplicateObject") },
  { reason: "DstPutTaggingNotPermitted", when: ({ tagged }) => tagged, met: onReplica("ReplicateTags") },
  {
    reason: "DstPutAclNotPermitted",
    when: ({ rule, source, destination }) =>
      rule.destination.ownerOverride && source.account !== destination.account,
    met: onReplica("ObjectOwnerOverrideToBucketOwner"),
  },
];

/** The first failure reason, with S3's name; undefined when nothing prevents the replication. */
export async function obstacle(cloud: Cloud, crossing: Crossing): Promise<string | undefined> {
  for (const { reason, when, met } of NEEDS) {
    if ((when?.(crossing) ?? true) && !(await met(crossing, cloud))) return reason;
  }
  const { role, source, destination, key, note, replicaKey } = crossing;
  const opened = await keyRefusal(cloud, role, { bucket: source, key, under: note.key }, READ);
  if (opened !== undefined)
    return opened.why === "access" ? "SrcGetObjectNotPermitted" : "SrcKmsKeyInvalidState";
  // With a bucket key, the bucket's data key is decrypted again to verify it.
  const actions = replicaKey?.bucketKey === true ? ["kms:Encrypt", "kms:Decrypt"] : ["kms:Encrypt"];
  const closed = await keyRefusal(cloud, role, { bucket: destination, key, under: replicaKey }, actions);
  if (closed === undefined) return undefined;
  if (closed.why === "missing") return "DstKmsKeyNotFound";
  return closed.why === "state" ? "DstKmsKeyInvalidState" : "DstPutObjectNotPermitted";
}

export async function mayReplicateDelete(
  cloud: Cloud,
  role: Caller,
  destination: Bucket,
  key: string,
): Promise<boolean> {
  return allowed(cloud, role, objectCheck(destination, role, "ReplicateDelete", key));
}

async function allowed(cloud: Cloud, role: Caller, check: ReturnType<typeof objectCheck>): Promise<boolean> {
  return (await cloud.decide(role, check)).allowed;
}

function encryptionContext({
  note: { customerKey },
  replicaKey: key,
}: Crossing): Readonly<Record<string, ContextValue>> {
  if (customerKey !== undefined) return { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" };
  if (key === undefined) return { "s3:x-amz-server-side-encryption": "AES256" };
  return {
    "s3:x-amz-server-side-encryption": key.algorithm,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": key.keyArn,
  };
}

function hasObjectLock({ source }: Crossing): boolean {
  return source.objectLock !== undefined;
}
