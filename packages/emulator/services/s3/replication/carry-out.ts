/** S3's background work when the replication of an object is due: everything with the replication role's permissions. */
import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { VERSION_HEADER, type BackendAnswer } from "../backend";
import { bucketNamed } from "../buckets";
import { encryptionHeaders } from "../encryption/choose";
import { lockOfNew } from "../lock/lock";
import { tellEnd, tellMissedThreshold } from "../notifications/replication-events";
import { putTags } from "../objects/put-tags";
import { look, taggingOf } from "../objects/source";
import type { S3Parts } from "../parts";
import { noteOf, setNote, type Bucket, type ObjectKey, type ObjectNote } from "../state";
import { MARKER, OBJECT, TAGS, THRESHOLD, type ReplicationTask } from "./begin";
import type { ReplicationRule } from "./configuration";
import { mayReplicateDelete, obstacle, type Crossing } from "./permissions";
import { replicationCaller } from "./role";

/** Headers of the source that are set on its replica. */
const CARRIED =
  /^(x-amz-meta-|content-(type|language|encoding|disposition)$|cache-control$|expires$|x-amz-storage-class$)/;

/** Registers the handler of each kind with the clock. */
export function handleReplication(parts: S3Parts, cloud: Cloud): void {
  OBJECT.handle(cloud.clock, async (task) => {
    const failureReason = await carryObject(parts, cloud, task);
    await tellEnd(parts, cloud, task, failureReason);
  });
  THRESHOLD.handle(cloud.clock, (task) => tellMissedThreshold(parts, cloud, task));
  TAGS.handle(cloud.clock, async (task) => void (await carryTags(parts, cloud, task)));
  MARKER.handle(cloud.clock, (task) => replicateDeletion(parts, cloud, task));
}

/** Copies a version to one destination, now. @returns S3's reason if it failed */
export function carryObject(
  parts: S3Parts,
  cloud: Cloud,
  task: ReplicationTask,
): Promise<string | undefined> {
  return arrive(parts, cloud, task, replicate);
}

/** Copies the tags of a version to its replica, now. @returns the reason if it failed */
export function carryTags(parts: S3Parts, cloud: Cloud, task: ReplicationTask): Promise<string | undefined> {
  return arrive(parts, cloud, task, replicateTagging);
}

type Delivery = (
  parts: S3Parts,
  crossing: Crossing,
  about: Cargo,
  cloud: Pick<Cloud, "clock">,
) => Promise<void>;

interface Cargo {
  readonly version: string;
  /** moto's response for the source. */
  readonly seen: BackendAnswer;
  readonly tagging: string;
}

/** The replication of an object to one destination: it ends in COMPLETED, or in FAILED with a reason. */
async function arrive(
  parts: S3Parts,
  cloud: Cloud,
  task: ReplicationTask,
  deliver: Delivery,
): Promise<string | undefined> {
  const { bucket, key, version, destination } = task;
  const note = noteOf(parts.state, bucket, key, version);
  const leg = note?.legs?.[destination];
  const source = bucketNamed(parts.state, bucket);
  if (note === undefined || leg === undefined || source === undefined) return undefined;
  const failureReason = await attempt(parts, cloud, source, task, note, deliver);
  leg.status = failureReason === undefined ? "COMPLETED" : "FAILED";
  if (failureReason === undefined) delete leg.failureReason;
  else leg.failureReason = failureReason;
  return failureReason;
}

/** Why it failed; undefined when it succeeded. */
async function attempt(
  parts: S3Parts,
  cloud: Cloud,
  source: Bucket,
  { key, version, destination: name }: ReplicationTask,
  note: ObjectNote,
  deliver: Delivery,
): Promise<string | undefined> {
  const configuration = source.replication?.configuration;
  const rule = configuration?.rules.find((one) => one.id === note.legs?.[name]?.ruleId);
  if (configuration === undefined || rule === undefined) return "SrcBucketReplicationConfigMissing";
  const destination = bucketNamed(parts.state, name);
  if (destination === undefined) return "DstBucketNotFound";
  if (destination.versioning !== "Enabled") return "DstBucketUnversioned";
  if (source.objectLock !== undefined && destination.objectLock === undefined)
    return "DstBucketObjectLockConfigMissing";
  const role = await replicationCaller(parts, cloud, source, configuration.roleArn);
  if (role === undefined) return "AssumeRoleNotPermitted";
  const seen = await look(parts, source, key, version);
  if (seen.status >= 400) return "SrcObjectNotFound";
  const tagging = await taggingOf(parts, { bucket: source, key, version }, seen);
  const replicaKey = keyOfReplica(cloud, note.key, rule, destination);
  if (replicaKey === "none") return "DstKmsKeyNotFound";
  const crossing: Crossing = {
    ...{ role, source, destination, key, note, rule, replicaKey },
    tagged: tagging !== "",
  };
  const refused = await obstacle(cloud, crossing);
  if (refused === undefined) await deliver(parts, crossing, { version, seen, tagging }, cloud);
  return refused;
}

/**
 * Replicas of objects under SSE-S3 or under customers' keys are encrypted in the same way, regardless of the
 * destination's default. Source: S3 user guide, "Replicating encrypted objects".
 */
function keyOfReplica(
  cloud: Cloud,
  sourceKey: ObjectKey | undefined,
  { destination: { replicaKeyId = "" } }: ReplicationRule,
  destination: Bucket,
): ObjectKey | undefined | "none" {
  if (sourceKey === undefined) return undefined;
  const { account, region } = destination;
  const owner = parseArn(replicaKeyId)?.account ?? account;
  const key = cloud.keys.find(replicaKeyId, owner, region);
  if (key === undefined) return "none";
  const bucketKey = sourceKey.algorithm === "aws:kms" && destination.encryption.bucketKey;
  return { algorithm: sourceKey.algorithm, keyArn: key.arn, bucketKey };
}

async function replicate(
  parts: S3Parts,
  crossing: Crossing,
  { version, seen, tagging }: Cargo,
  { clock }: Pick<Cloud, "clock">,
): Promise<void> {
  const { source, destination, key, note, rule, replicaKey } = crossing;
  const { body } = await parts.backend.send(source, { method: "GET", key, query: { versionId: version } });
  const { storageClass } = rule.destination;
  // S3 replicates objects under customers' keys without decrypting them.
  const { customerKey } = note;
  const carried = Object.entries(seen.headers).filter(([name]) => CARRIED.test(name));
  await parts.backend.send(destination, {
    method: "PUT",
    key,
    body,
    headers: {
      ...Object.fromEntries(carried),
      ...(storageClass === undefined ? {} : { "x-amz-storage-class": storageClass }),
      ...(tagging === "" ? {} : { "x-amz-tagging": tagging }),
      ...encryptionHeaders({ key: replicaKey, customerKey }),
      [VERSION_HEADER]: version,
    },
  });
  const owner = rule.destination.ownerOverride ? undefined : ownerOfReplica(source, destination);
  // The destination's default retention applies to objects without their own.
  const lock = lockOfNew(destination, note, clock);
  const under = { key: replicaKey, ...(customerKey === undefined ? {} : { customerKey }) };
  setNote(parts.state, destination.name, key, version, { ...under, replica: true, owner, ...lock });
}

/** Without an override a replica belongs to the owner of the source. */
function ownerOfReplica(source: Bucket, destination: Bucket): string | undefined {
  return source.account === destination.account ? undefined : source.account;
}

async function replicateTagging(
  { state, backend }: S3Parts,
  { destination, key, note }: Crossing,
  { version, tagging }: Cargo,
): Promise<void> {
  await putTags(backend, destination, { key, version }, tagging);
  const replica = noteOf(state, destination.name, key, version);
  if (replica?.replica !== true) return;
  const { retention, legalHold } = note;
  const lock = {
    ...(retention === undefined ? {} : { retention }),
    ...(legalHold === undefined ? {} : { legalHold }),
  };
  setNote(state, destination.name, key, version, { ...replica, ...lock });
}

async function replicateDeletion(
  parts: S3Parts,
  cloud: Cloud,
  { bucket, key, version, destination: name }: ReplicationTask,
): Promise<void> {
  const source = bucketNamed(parts.state, bucket);
  const destination = bucketNamed(parts.state, name);
  const roleArn = source?.replication?.configuration.roleArn;
  if (source === undefined || roleArn === undefined || destination?.versioning !== "Enabled") return;
  const role: Caller | undefined = await replicationCaller(parts, cloud, source, roleArn);
  if (role === undefined || !(await mayReplicateDelete(cloud, role, destination, key))) return;
  const headers = { [VERSION_HEADER]: version };
  await parts.backend.send(destination, { method: "DELETE", key, headers });
}
