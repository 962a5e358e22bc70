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
 * What became of the objects of bucket rules, and what stands in their way.
 * @param columns characters in a line. @default - as many as it takes
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

/** One look at a job. */
export function jobText({ source, status, total, succeeded, failed }: ReplicationJobResult): string {
  const done =
    total === 0
      ? ""
      : `: ${succeeded + failed} of ${plural(total, "object", "objects")} done, ${failed} failed`;
  return `${source.bucket}: ${status}${done}`;
}

/** What jobs do with objects. */
export interface JobWords {
  /** Heading of the number of objects with which it is done. */
  readonly done: string;
  /** Said where no rule asks for it. */
  readonly nobody: string;
  /** Where it is told why objects have failed. */
  readonly why: string;
}

export const REPLICATED: JobWords = {
  done: "REPLICATED",
  nobody: "no bucket rule has its existing objects replicated",
  why: "keyferry replicate status",
};

export const RE_ENCRYPTED: JobWords = {
  done: "RE-ENCRYPTED",
  nobody: "no bucket rule has its existing objects put under another key (existingObjects: re-encrypt)",
  why: "AWS puts none under another key that is under Object Lock, DSSE-KMS or SSE-C, or not encrypted; the others are taken by the same command again",
};

/**
 * What the jobs of source buckets have done.
 * @param columns characters in a line. @default - as many as it takes
 */
export function jobsText(
  results: readonly ReplicationJobResult[],
  words: JobWords,
  columns?: number,
): string {
  if (results.length === 0) return words.nobody;
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
            `${source.bucket}: ${plural(objects, "object has", "objects have")} failed, ${example} among them: ${code}: ${reason}${fix === undefined ? "" : `; ${fix}`}`,
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
 * @param columns characters in a line. @default - as many as it takes
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
        `${way}: ${plural(objects, "object has", "objects have")} failed, ${example} among them: ${
          why.length === 0
            ? "nothing that could be read forbids it now; have them replicated again: keyferry replicate existing --failed"
            : why.map(obstacleText).join("; ")
        }`,
    ),
    ...(counts.never === 0
      ? []
      : [
          `${way}: ${plural(counts.never, "object was", "objects were")} there before the rule: keyferry replicate existing`,
        ]),
    ...(counts.gone === 0
      ? []
      : [
          `${way}: ${plural(counts.gone, "version is", "versions are")} not in the destination any more; S3 does not replicate again what was deleted there for good`,
        ]),
    ...(counts.hidden === 0
      ? []
      : [
          `${way}: ${plural(counts.hidden, "object is", "objects are")} under keys that their writers provided (SSE-C), and not in the destination: S3 shows only to who has the key whether one is on its way, has failed or was there before the rule`,
        ]),
    ...unknown.map((text) => `${way}: ${text}`),
  ];
}

function obstacleText({ reason, what, fix }: ReplicationObstacle): string {
  return `${reason === undefined ? "" : `${reason}: `}${what}; ${fix}`;
}
