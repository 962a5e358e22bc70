import type {
  ReplicaVerification,
  ReplicationJobResult,
  ReplicationObstacle,
  ReplicationStatus,
} from "../engine/results";
import { plural } from "./plural";
import { table } from "./table";
import { hanging } from "./wrap";

/**
 * The replication state of the objects of bucket rules, and what prevents it.
 * @param columns characters in a line. @default - unlimited
 */
export function replicationText(statuses: readonly ReplicationStatus[], columns?: number): string {
  if (statuses.length === 0) return "the topology replicates no bucket";
  const head = ["RULE", "DESTINATION", "OBJECTS", "REPLICATED", "PENDING", "FAILED", "NEVER", "GONE"];
  const rows = statuses.map(({ rule, destination, counts }) => [
    rule,
    `${destination.bucket} (${destination.account} ${destination.region})`,
    ...[counts.objects, counts.replicated, counts.pending, counts.failed, counts.never, counts.gone].map(
      String,
    ),
  ]);
  return [
    table([head, ...rows], columns),
    ...statuses.flatMap((status) => troublesOf(status).map((text) => hanging(text, columns))),
  ].join("\n");
}

/** The progress of a job. */
export function jobText({ source, status, total, succeeded, failed }: ReplicationJobResult): string {
  const done =
    total === 0
      ? ""
      : `: ${succeeded + failed} of ${plural(total, "object", "objects")} done, ${failed} failed`;
  return `${source.bucket}: ${status}${done}`;
}

/** What jobs do with objects. */
export interface JobWords {
  /** Heading of the number of processed objects. */
  readonly done: string;
  /** Printed if no rule requests it. */
  readonly none: string;
  /** Where to find out why objects have failed. */
  readonly why: string;
}

export const REPLICATED: JobWords = {
  done: "REPLICATED",
  none: "no bucket rule requests the replication of existing objects",
  why: "keyferry replicate status",
};

export const RE_ENCRYPTED: JobWords = {
  done: "RE-ENCRYPTED",
  none: "no bucket rule requests the re-encryption of existing objects (existingObjects: re-encrypt)",
  why: "AWS re-encrypts no object that is unencrypted, under Object Lock, or encrypted with DSSE-KMS or SSE-C; for the others, run the same command again",
};

/**
 * What the jobs of source buckets have done.
 * @param columns characters in a line. @default - unlimited
 */
export function jobsText(
  results: readonly ReplicationJobResult[],
  words: JobWords,
  columns?: number,
): string {
  if (results.length === 0) return words.none;
  const rows = results.map(({ source, rules, job = "-", status, total, succeeded, failed }) => [
    source.bucket,
    rules.join(", "),
    job,
    status === "Nothing" ? "nothing to do" : status,
    ...[total, succeeded, failed].map(String),
  ]);
  return [
    table([["BUCKET", "RULES", "JOB", "STATE", "OBJECTS", words.done, "FAILED"], ...rows], columns),
    ...results.flatMap(({ source, failures, failed, objectFailures }) =>
      [
        ...failures.map(
          ({ reason, fix }) => `${source.bucket}: ${reason}${fix === undefined ? "" : `; ${fix}`}`,
        ),
        ...objectFailures.map(
          ({ objects, example, code, reason, fix }) =>
            `${source.bucket}: ${plural(objects, "object has", "objects have")} failed, for example ${example}: ${code}: ${reason}${fix === undefined ? "" : `; ${fix}`}`,
        ),
        ...(failed === 0 || objectFailures.length > 0
          ? []
          : [`${source.bucket}: why ${plural(failed, "object has", "objects have")} failed: ${words.why}`]),
      ].map((text) => hanging(text, columns)),
    ),
  ].join("\n");
}

/**
 * How the replicas of rules compare with their sources.
 * @param columns characters in a line. @default - unlimited
 */
export function replicasText(results: readonly ReplicaVerification[], columns?: number): string {
  if (results.length === 0) return "the topology replicates no bucket";
  const rows = results.map(({ rule, destination, objects, verified, waiting, problems }) => [
    rule,
    `${destination.bucket} (${destination.account} ${destination.region})`,
    ...[objects, verified, waiting, problems].map(String),
  ]);
  return [
    table([["RULE", "DESTINATION", "OBJECTS", "VERIFIED", "WAITING", "PROBLEMS"], ...rows], columns),
    ...results.flatMap(({ examples, problems }) =>
      [
        ...examples.map(({ bucket, key, problem, what }) => `${bucket}/${key}: ${problem}: ${what}`),
        ...(problems > examples.length
          ? [`and ${problems - examples.length} more: --report FILE has all of them`]
          : []),
      ].map((text) => hanging(text, columns)),
    ),
  ].join("\n");
}

function troublesOf({
  rule,
  destination,
  obstacles,
  failures,
  counts,
  unknown,
}: ReplicationStatus): readonly string[] {
  const way = `${rule} -> ${destination.bucket}`;
  return [
    ...obstacles.map((one) => `${way}: ${obstacleText(one)}`),
    ...failures.map(
      ({ objects, example, obstacles: why }) =>
        `${way}: ${plural(objects, "object has", "objects have")} failed, for example ${example}: ${
          why.length === 0
            ? "no current cause was found; replicate them again: keyferry replicate existing --failed"
            : why.map(obstacleText).join("; ")
        }`,
    ),
    ...(counts.never === 0
      ? []
      : [
          `${way}: ${plural(counts.never, "object is", "objects are")} older than the rule; to replicate them: keyferry replicate existing`,
        ]),
    ...(counts.gone === 0
      ? []
      : [
          `${way}: ${plural(counts.gone, "version is", "versions are")} no longer in the destination; S3 does not replicate versions again that were permanently deleted there`,
        ]),
    ...(counts.hidden === 0
      ? []
      : [
          `${way}: ${plural(counts.hidden, "object is", "objects are")} encrypted with customer-provided keys (SSE-C) and not in the destination: only with the key does S3 show whether an object is pending, has failed or is older than the rule`,
        ]),
    ...unknown.map((text) => `${way}: ${text}`),
  ];
}

function obstacleText({ reason, what, fix }: ReplicationObstacle): string {
  return `${reason === undefined ? "" : `${reason}: `}${what}; ${fix}`;
}
