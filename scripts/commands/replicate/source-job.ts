import { bucketArn, parseArn, roleArn, sha256 } from "@keyferry/common";
import { batchRoleName, jobReports, type BucketRule } from "../../../topology";
import type { JobWork, ReplicationJob, ReplicationJobRequest } from "../../aws";
import type { Clock } from "../../engine/clock";
import type { ReplicationJobResult } from "../../engine/results";
import type { ReplicateContext } from "./context";
import { bucketView } from "./bucket-view";
import { toldFailures } from "./job-report";

export interface JobContext extends ReplicateContext {
  readonly clock: Clock;
  /** Told of a job each time it was looked at. */
  readonly seen: (result: ReplicationJobResult) => void;
  /** Ends the waiting: the jobs go on at AWS. */
  readonly signal?: AbortSignal;
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
}

/** What one job does with the objects that some rules of one source name. */
export interface SourceJob {
  readonly rules: readonly [BucketRule, ...BucketRule[]];
  readonly work: JobWork;
  /** Which objects, as the job's description says it: `existing objects`. */
  readonly objects: string;
}

/** Seconds between two looks at a job: more as it takes longer. */
const PAUSES = [5, 10, 20, 30] as const;
const ENDED: ReadonlySet<string> = new Set(["Complete", "Failed", "Cancelled"]);
/** AWS's words where a job finds nothing to do, which is what one hopes for. */
const NOTHING = "no keys matching the filter criteria";

/** Some rules by their source buckets. */
export function bySource(rules: readonly BucketRule[]): readonly SourceJob["rules"][] {
  const sources = [...new Set(rules.map(({ from }) => from.bucket))];
  return sources.map((bucket) => rules.filter(({ from }) => from.bucket === bucket) as [BucketRule]);
}

/** Has S3 do a job, or joins one that does the same and has not ended, whoever has created it; waits for its end. */
export async function runJob(context: JobContext, job: SourceJob): Promise<ReplicationJobResult> {
  const [{ from }] = job.rules;
  const port = context.aws.jobs(from);
  const request = requestOf(context, job);
  const ours = (await port.list()).filter(({ description }) => description === request.description);
  const running = ours.find(({ status }) => !ENDED.has(status));
  // A second job for the same objects is another job: the token tells how many there were.
  const token = sha256(JSON.stringify([request, ours.length])).slice(0, 64);
  const id = running?.id ?? (await port.create({ ...request, token }));
  for (let look = 0; ; look++) {
    const result = resultOf(context, job, await port.describe(id), running !== undefined);
    context.seen(result);
    // "Nothing" stands for a job that has ended.
    if (ENDED.has(result.status) || result.status === "Nothing") return withReport(context, job, result);
    if (context.wait === false) return result;
    await context.clock.sleep(PAUSES[Math.min(look, PAUSES.length - 1)] ?? 30, context.signal);
  }
}

/** What the report of an ended job says of objects that have failed. */
async function withReport(
  { aws, topology }: JobContext,
  { rules: [{ from }] }: SourceJob,
  result: ReplicationJobResult,
): Promise<ReplicationJobResult> {
  const { reports } = jobReports(topology, from.bucket);
  if (reports === undefined || result.failed === 0 || result.job === undefined) return result;
  const bucket = parseArn(reports.bucketArn)?.resource ?? "";
  const { prefix } = reports;
  const { objects, unread } = await toldFailures(aws.buckets(from), { bucket, prefix, job: result.job });
  const failures = unread === undefined ? [] : [{ code: "ReportUnread", reason: unread }];
  return { ...result, objectFailures: objects, failures: [...result.failures, ...failures] };
}

function resultOf(
  context: JobContext,
  { rules }: SourceJob,
  job: ReplicationJob,
  joined: boolean,
): ReplicationJobResult {
  const [rule] = rules;
  const isEmpty = job.failures.some(({ reason }) => reason.includes(NOTHING));
  return {
    source: bucketView(rule.from),
    rules: rules.map(({ name }) => name),
    job: job.id,
    joined,
    status: isEmpty ? "Nothing" : job.status,
    ...{ total: job.total, succeeded: job.succeeded, failed: job.failed },
    objectFailures: [],
    failures: isEmpty
      ? []
      : job.failures.map((failure) => ({ ...failure, fix: fixOf(rule, context, failure) })),
  };
}

function requestOf(
  { topology }: JobContext,
  { rules, work, objects }: SourceJob,
): Omit<ReplicationJobRequest, "token"> {
  const [{ from }] = rules;
  const { name, partition } = topology;
  const prefixes = [...new Set(rules.map(({ filter }) => filter.prefix))].sort();
  const names = rules.map((rule) => rule.name).sort();
  const { reports } = jobReports(topology, from.bucket);
  return {
    bucketArn: bucketArn(partition, from.bucket),
    roleArn: roleArn(partition, from.account.id, batchRoleName(name, from.bucket)),
    work,
    ...(prefixes.includes("") ? {} : { prefixes }),
    ...(reports === undefined ? {} : { report: reports }),
    description: `keyferry ${name}: ${objects} of ${from.bucket}, rules ${names.join(", ")}`.slice(0, 256),
    tags: { "keyferry:topology": name },
  };
}

/** What is to be done about a job that has failed as a whole, and where. */
function fixOf(
  { from }: BucketRule,
  { topology }: JobContext,
  { reason }: { readonly reason: string },
): string {
  const role = batchRoleName(topology.name, from.bucket);
  if (/s3:\w+|assume/i.test(reason)) {
    return `account ${from.account.id}: npx keyferry deploy brings role ${role} and its policy up to date; then run the same command again`;
  }
  return `account ${from.account.id}: see the job in the S3 console, Batch Operations, ${from.region}; then run the same command again`;
}

/** Whether a job or some of its objects have failed. */
export function jobHasFailed({ status, failed }: ReplicationJobResult): boolean {
  return failed > 0 || status === "Failed" || status === "Cancelled";
}
