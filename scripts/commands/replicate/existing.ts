import { bucketArn, roleArn, sha256 } from "@keyferry/common";
import { batchRoleName, type BucketRule } from "../../../topology";
import type { ReplicationJob, ReplicationJobRequest } from "../../aws";
import type { Clock } from "../../engine/clock";
import type { ReplicationJobResult } from "../../engine/results";
import { rulesOf, type ReplicateContext } from "./context";
import { bucketView } from "./status";

export interface ExistingContext extends ReplicateContext {
  readonly clock: Clock;
  /** Told of a job each time it was looked at. */
  readonly seen: (result: ReplicationJobResult) => void;
  /** Ends the waiting: the jobs go on at AWS. */
  readonly signal?: AbortSignal;
  /** Only objects whose replication has failed. @default false: those that no rule concerned so far as well */
  readonly failedOnly?: boolean;
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
}

/** Seconds between two looks at a job: more as it takes longer. */
const PAUSES = [5, 10, 20, 30] as const;
const ENDED: ReadonlySet<string> = new Set(["Complete", "Failed", "Cancelled"]);
/** AWS's words where a job finds nothing to do, which is what one hopes for. */
const NOTHING = "no keys matching the filter criteria";

/**
 * Has S3 replicate what was in the source buckets before their rules, and what has failed: one job of S3 Batch Replication for each
 * source. A job of ours that has not ended is joined, whoever has created it. A rule that leaves existing objects is passed over.
 */
export async function replicateExisting(context: ExistingContext): Promise<readonly ReplicationJobResult[]> {
  const results: ReplicationJobResult[] = [];
  for (const rules of bySource(rulesOf(context))) results.push(await oneSource(context, rules));
  return results;
}

function bySource(rules: readonly BucketRule[]): readonly (readonly BucketRule[])[] {
  const wanted = rules.filter(({ existingObjects }) => existingObjects === "replicate");
  const sources = [...new Set(wanted.map(({ from }) => from.bucket))];
  return sources.map((bucket) => wanted.filter(({ from }) => from.bucket === bucket));
}

async function oneSource(
  context: ExistingContext,
  rules: readonly BucketRule[],
): Promise<ReplicationJobResult> {
  const [rule] = rules as readonly [BucketRule, ...BucketRule[]];
  const { from } = rule;
  const port = context.aws.jobs(from);
  const request = requestOf(context, rules);
  const ours = (await port.list()).filter(({ description }) => description === request.description);
  const running = ours.find(({ status }) => !ENDED.has(status));
  // A second job for the same objects is another job: the token tells how many there were.
  const token = sha256(JSON.stringify([request, ours.length])).slice(0, 64);
  const id = running?.id ?? (await port.create({ ...request, token }));
  const resultOf = (job: ReplicationJob): ReplicationJobResult => {
    const isEmpty = job.failures.some(({ reason }) => reason.includes(NOTHING));
    return {
      source: bucketView(from),
      rules: rules.map(({ name }) => name),
      job: id,
      joined: running !== undefined,
      status: isEmpty ? "Nothing" : job.status,
      ...{ total: job.total, succeeded: job.succeeded, failed: job.failed },
      failures: isEmpty
        ? []
        : job.failures.map((failure) => ({ ...failure, fix: fixOf(rule, context, failure) })),
    };
  };
  for (let look = 0; ; look++) {
    const job = await port.describe(id);
    context.seen(resultOf(job));
    if (ENDED.has(job.status) || context.wait === false) return resultOf(job);
    await context.clock.sleep(PAUSES[Math.min(look, PAUSES.length - 1)] ?? 30, context.signal);
  }
}

function requestOf(
  { topology, failedOnly = false }: ExistingContext,
  rules: readonly BucketRule[],
): Omit<ReplicationJobRequest, "token"> {
  const [{ from }] = rules as readonly [BucketRule, ...BucketRule[]];
  const { name, partition } = topology;
  const prefixes = [...new Set(rules.map(({ filter }) => filter.prefix))].sort();
  return {
    bucketArn: bucketArn(partition, from.bucket),
    roleArn: roleArn(partition, from.account.id, batchRoleName(name, from.bucket)),
    statuses: failedOnly ? ["FAILED"] : ["NONE", "FAILED"],
    ...(prefixes.includes("") ? {} : { prefixes }),
    description:
      `keyferry ${name}: ${failedOnly ? "failed" : "existing"} objects of ${from.bucket}, rules ${rules
        .map((rule) => rule.name)
        .sort()
        .join(", ")}`.slice(0, 256),
    tags: { "keyferry:topology": name },
  };
}

/** What is to be done about a job that has failed as a whole, and where. */
function fixOf(
  { from }: BucketRule,
  { topology }: ExistingContext,
  { reason }: { readonly reason: string },
): string {
  const role = batchRoleName(topology.name, from.bucket);
  if (/s3:\w+|assume/i.test(reason)) {
    return `account ${from.account.id}: npm run deploy brings role ${role} and its policy up to date; then run the same command again`;
  }
  return `account ${from.account.id}: see the job in the S3 console, Batch Operations, ${from.region}; then run the same command again`;
}

/** Whether a job or some of its objects have failed. */
export function jobHasFailed({ status, failed }: ReplicationJobResult): boolean {
  return failed > 0 || status === "Failed" || status === "Cancelled";
}
