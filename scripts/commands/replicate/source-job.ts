import { bucketArn, parseArn, roleArn, sha256 } from "@keyferry/common";
import { batchRoleName, jobReports, type BucketRule } from "../../../topology";
import type { JobWork, ReplicationJob, ReplicationJobRequest } from "../../aws";
import type { Clock } from "../../engine/clock";
import type { ReplicationJobResult } from "../../engine/results";
import type { ReplicateContext } from "./context";
import { bucketView } from "./bucket-view";
import { failuresIfReadable } from "./job-report";

export interface JobContext extends ReplicateContext {
  readonly clock: Clock;
  /** Called with a job each time it was read. */
  readonly seen: (result: ReplicationJobResult) => void;
  /** Ends the wait: the jobs continue in AWS. */
  readonly signal?: AbortSignal;
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
}

/** What one job does with the objects of some rules of one source. */
export interface SourceJob {
  readonly rules: readonly [BucketRule, ...BucketRule[]];
  readonly work: JobWork;
  /** The objects, in the words of the job's description: `existing objects`. */
  readonly objects: string;
}

/** Seconds between two checks of a job, which increase with time. */
const PAUSES = [5, 10, 20, 30] as const;
const ENDED: ReadonlySet<string> = new Set(["Complete", "Failed", "Cancelled"]);
/** AWS's message if a job finds nothing to do, which is not an error. */
const NOTHING = "no keys matching the filter criteria";

/** Rules grouped by their source bucket. */
export function bySource(rules: readonly BucketRule[]): readonly SourceJob["rules"][] {
  const sources = [...new Set(rules.map(({ from }) => from.bucket))];
  return sources.map((bucket) => rules.filter(({ from }) => from.bucket === bucket) as [BucketRule]);
}

/** Creates a job, or joins one that does the same and has not ended, regardless of who created it; waits for its end. */
export async function runJob(context: JobContext, job: SourceJob): Promise<ReplicationJobResult> {
  const [{ from }] = job.rules;
  const port = context.aws.jobs(from);
  const request = requestOf(context, job);
  const ours = (await port.list()).filter(({ description }) => description === request.description);
  const running = ours.find(({ status }) => !ENDED.has(status));
  // A later job for the same objects is a new job: the token depends on the number of earlier ones.
  const token = sha256(JSON.stringify([request, ours.length])).slice(0, 64);
  const id = running?.id ?? (await port.create({ ...request, token }));
  for (let look = 0; ; look++) {
    const result = resultOf(context, job, await port.describe(id), running !== undefined);
    context.seen(result);
    // "Nothing" means that the job has ended.
    if (ENDED.has(result.status) || result.status === "Nothing") return withReport(context, job, result);
    if (context.wait === false) return result;
    await context.clock.sleep(PAUSES[Math.min(look, PAUSES.length - 1)] ?? 30, context.signal);
  }
}

/** Adds the failed objects from the report of an ended job. */
async function withReport(
  { aws, topology }: JobContext,
  { rules: [{ from }] }: SourceJob,
  result: ReplicationJobResult,
): Promise<ReplicationJobResult> {
  const { reports } = jobReports(topology, from.bucket);
  if (reports === undefined || result.failed === 0 || result.job === undefined) return result;
  const bucket = parseArn(reports.bucketArn)?.resource ?? "";
  const { prefix } = reports;
  const { objects, unread } = await failuresIfReadable(aws.buckets(from), {
    bucket,
    prefix,
    job: result.job,
  });
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

/** What to do about a job that failed as a whole, and in which account. */
function fixOf(
  { from }: BucketRule,
  { topology }: JobContext,
  { reason }: { readonly reason: string },
): string {
  const role = batchRoleName(topology.name, from.bucket);
  if (/s3:\w+|assume/i.test(reason)) {
    return `account ${from.account.id}: npx keyferry deploy updates role ${role} and its policy; then run the same command again`;
  }
  return `account ${from.account.id}: check the job in the S3 console, Batch Operations, ${from.region}; then run the same command again`;
}

/** Whether a job or some of its objects failed. */
export function jobHasFailed({ status, failed }: ReplicationJobResult): boolean {
  return failed > 0 || status === "Failed" || status === "Cancelled";
}
