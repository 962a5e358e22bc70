import type { Caller, Cloud } from "../../../contract";
import { objectCheck } from "../access";
import { bucketNamed } from "../buckets";
import { look } from "../objects/source";
import type { S3Parts } from "../parts";
import { rulesOf } from "../replication/begin";
import { carryObject, carryTags } from "../replication/carry-out";
import type { ReplicationRule } from "../replication/configuration";
import { noteOf, setNote, type Bucket, type ReplicationLeg } from "../state";
import type { Task, TaskResult } from "./job";

type Ended = Pick<TaskResult, "code" | "status" | "message">;
const DONE: Ended = { status: 200, message: "Successful" };

/**
 * One object of a Batch Replication job: the job's role must be allowed to start its replication, and the rest is done
 * as in live replication, by the bucket's rules and with their role. Sources: S3 user guide, "Replicating existing
 * objects with Batch Replication", "Amazon S3 replication failure reasons".
 */
export async function replicateTask(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  { bucket: name, key, version: named }: Task,
): Promise<Ended> {
  const bucket = bucketNamed(parts.state, name);
  if (bucket === undefined) return failed("SrcBucketNotFound", 404);
  const may = await cloud.decide(role, objectCheck(bucket, role, "InitiateReplication", key));
  if (!may.allowed) return failed("InitiateReplicationNotPermitted", 403);
  if (bucket.replication === undefined) return failed("SrcBucketReplicationConfigMissing", 404);
  const seen = await look(parts, bucket, key, named);
  if (seen.status >= 400)
    return failed(named === undefined ? "SrcObjectNotFound" : "SrcVersionNotFound", 404);
  const version = seen.headers["x-amz-version-id"] ?? "null";
  const note = noteOf(parts.state, name, key, version) ?? {};
  const rules = version === "null" ? [] : await rulesOf(parts, bucket, { key, version, note, seen });
  if (rules.length === 0) return failed("SrcObjectNotEligible", 400);
  setNote(parts.state, name, key, version, { ...note, legs: { ...note.legs, ...pending(rules) } });
  const reasons: string[] = [];
  for (const { destination } of rules) {
    const before = note.legs?.[destination.bucket]?.status;
    const reason = await carried(
      parts,
      cloud,
      bucket,
      { key, version, destination: destination.bucket },
      before,
    );
    if (reason !== undefined) reasons.push(reason);
  }
  const [reason] = reasons;
  return reason === undefined ? DONE : failed(reason, 403);
}

/** A version that was replicated before exists there, or was permanently deleted there and cannot be written again. */
async function carried(
  parts: S3Parts,
  cloud: Cloud,
  source: Bucket,
  where: { readonly key: string; readonly version: string; readonly destination: string },
  before: ReplicationLeg["status"] | undefined,
): Promise<string | undefined> {
  const task = { bucket: source.name, ...where };
  if (before !== "COMPLETED") return carryObject(parts, cloud, task);
  const target = bucketNamed(parts.state, where.destination);
  const replica = target && (await look(parts, target, where.key, where.version));
  if (replica === undefined || replica.status < 400) return carryTags(parts, cloud, task);
  const leg = noteOf(parts.state, source.name, where.key, where.version)?.legs?.[where.destination];
  if (leg !== undefined) Object.assign(leg, { status: "FAILED", failureReason: "DstObjectHardDeleted" });
  return "DstObjectHardDeleted";
}

function pending(rules: readonly ReplicationRule[]): Record<string, ReplicationLeg> {
  return Object.fromEntries(
    rules.map(({ id, destination }) => [destination.bucket, { status: "PENDING" as const, ruleId: id }]),
  );
}

function failed(code: string, status: number): Ended {
  return { code, status, message: `Replication failed: ${code}` };
}
