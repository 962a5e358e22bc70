/** What is replicated when an object is written, deleted or tagged. */
import { workKind } from "../../../background";
import type { Cloud } from "../../../contract";
import type { BackendAnswer } from "../backend";
import { look, taggingOf } from "../objects/source";
import type { S3Parts } from "../parts";
import { noteOf, setNote, type Bucket, type ObjectNote } from "../state";
import { rulesFor, type ReplicationRule } from "./configuration";

/** The replication of one object version to one destination. */
export interface ReplicationTask {
  /** Name. */
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  /** Name of the destination bucket. */
  readonly destination: string;
}

export const OBJECT = workKind<ReplicationTask>("s3:replicate");
export const MARKER = workKind<ReplicationTask>("s3:replicate-marker");
/** The time within which Replication Time Control guarantees replication is over. */
export const THRESHOLD = workKind<ReplicationTask>("s3:replication-threshold");
export const TAGS = workKind<ReplicationTask>("s3:replicate-tags");

/** Source: S3 user guide, "Meeting compliance requirements with S3 Replication Time Control". */
export const THRESHOLD_SECONDS = 15 * 60;
/** Most objects are replicated within seconds; AWS guarantees 15 minutes for a rule with replication time control. */
const START_SECONDS = 15;
const BYTES_PER_SECOND = 50 * 1024 ** 2;
/** Storage classes that cannot be read without a restore. */
const ARCHIVED = ["GLACIER", "DEEP_ARCHIVE"];

type Clocked = Pick<Cloud, "clock">;
/** The parts of the cloud that are needed to start a replication. */
export type Departure = Pick<Cloud, "clock" | "heldBack">;

/** Sends a new version to every destination that a rule names for it. */
export async function replicateObject(
  parts: S3Parts,
  { clock, heldBack }: Departure,
  bucket: Bucket,
  key: string,
  version: string,
): Promise<void> {
  const note = noteOf(parts.state, bucket.name, key, version) ?? {};
  if (bucket.replication === undefined || version === "null" || note.replica === true) return;
  const seen = await look(parts, bucket, key, version);
  const rules = await rulesOf(parts, bucket, { key, version, note, seen });
  if (rules.length === 0) return;
  const requested = clock.now().toISOString();
  const legs = rules.map(({ id, destination }) => {
    return [destination.bucket, { status: "PENDING" as const, ruleId: id, requested }] as const;
  });
  setNote(parts.state, bucket.name, key, version, { ...note, legs: Object.fromEntries(legs) });
  const seconds = START_SECONDS + Number(seen.headers["content-length"] ?? 0) / BYTES_PER_SECOND;
  const { account, region } = bucket;
  for (const { destination, timeControl } of rules) {
    const task = { bucket: bucket.name, key, version, destination: destination.bucket };
    const late = heldBack({ service: "s3", operation: "ReplicateObject", account, region });
    OBJECT.later(clock, seconds + late, task);
    if (timeControl) THRESHOLD.later(clock, THRESHOLD_SECONDS, task);
  }
}

/** The rules that apply to a version, regardless of earlier results; none for an archived one. */
export async function rulesOf(
  parts: S3Parts,
  bucket: Bucket,
  { key, version, note, seen }: SeenVersion,
): Promise<readonly ReplicationRule[]> {
  const configuration = bucket.replication?.configuration;
  if (configuration === undefined) return [];
  if (ARCHIVED.includes(seen.headers["x-amz-storage-class"] ?? "")) return [];
  const tags = await tagsOf(parts, bucket, key, version, seen);
  return rulesFor(configuration, key, tags, (rule) => note.key === undefined || rule.kmsObjects);
}

/** A version of an object, with its stored state and moto's response. */
export interface SeenVersion {
  readonly key: string;
  readonly version: string;
  readonly note: ObjectNote;
  readonly seen: BackendAnswer;
}

/** A delete marker is replicated if the rule says so; the deletion of a version never is. */
export function replicateMarker(
  { clock }: Clocked,
  bucket: Bucket,
  key: string,
  version: string | undefined,
): void {
  const configuration = bucket.replication?.configuration;
  if (configuration === undefined || version === undefined) return;
  for (const { destination } of rulesFor(configuration, key, {}, (rule) => rule.deleteMarkers)) {
    MARKER.later(clock, START_SECONDS, {
      bucket: bucket.name,
      key,
      version,
      destination: destination.bucket,
    });
  }
}

/** Tags and the lock of an object that was already replicated are sent to the replica. */
export function replicateMetadata(
  { state }: S3Parts,
  { clock }: Clocked,
  bucket: Bucket,
  key: string,
  version: string,
): void {
  const { legs = {} } = noteOf(state, bucket.name, key, version) ?? {};
  for (const [destination, leg] of Object.entries(legs)) {
    if (leg.status !== "COMPLETED") continue;
    leg.status = "PENDING";
    TAGS.later(clock, START_SECONDS, { bucket: bucket.name, key, version, destination });
  }
}

async function tagsOf(
  parts: S3Parts,
  bucket: Bucket,
  key: string,
  version: string,
  seen: BackendAnswer,
): Promise<Readonly<Record<string, string>>> {
  const tagging = await taggingOf(parts, { bucket, key, version }, seen);
  return Object.fromEntries(new URLSearchParams(tagging));
}
