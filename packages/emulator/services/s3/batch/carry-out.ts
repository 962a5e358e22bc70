/** The background work of a Batch Operations job: prepare, start, process, report. */
import { workKind } from "../../../background";
import type { Caller, Cloud } from "../../../contract";
import type { S3Parts } from "../parts";
import { sessionFor } from "../replication/role";
import { operationOf, type OperationName } from "./create";
import { tasksOf } from "./generate";
import { hasEnded, type Job, type Task, type TaskResult } from "./job";
import { JobFailure } from "./job-failure";
import { replicateTask } from "./replicate";
import { writeReport } from "./report";
import { updateEncryptionTask } from "./update-encryption";

const WORK = workKind<{ readonly id: string }>("s3:batch-job");

/** AWS documents no times. */
const SECONDS = 15;
const TASKS_AT_ONCE = 500;
/** Source: S3 user guide, "Tracking job status and completion reports", Tracking job failure. */
const TRIED_AT_LEAST = 1_000;
const AWAITING = "Awaiting confirmation to run";

type Carry = (
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  task: Task,
  job: Job,
) => Promise<Pick<TaskResult, "code" | "status" | "message">>;

const CARRY: Readonly<Record<OperationName, Carry>> = {
  S3ReplicateObject: replicateTask,
  S3UpdateObjectEncryption: updateEncryptionTask,
};

type Step = (parts: S3Parts, cloud: Cloud, role: Caller, job: Job) => Promise<void>;

/** The next step of a job in a state; in other states it waits for a user, or has ended. */
const STEPS: Partial<Record<Job["status"], Step>> = {
  New: async (_parts, _cloud, _role, job) => Promise.resolve(void (job.status = "Preparing")),
  async Preparing(parts, cloud, role, job) {
    job.tasks = await tasksOf(parts, cloud, role, job);
    if (job.request["ConfirmationRequired"] !== "true") {
      job.status = "Ready";
    } else {
      job.status = "Suspended";
      job.suspended = cloud.clock.now().toISOString();
    }
  },
  async Ready(_parts, cloud, _role, job) {
    job.status = "Active";
    job.started = cloud.clock.now().toISOString();
    return Promise.resolve();
  },
  async Active(parts, cloud, role, job) {
    const carry = CARRY[operationOf(job.request)];
    const results: TaskResult[] = [];
    for (const task of job.tasks.slice(0, TASKS_AT_ONCE))
      results.push({ ...task, ...(await carry(parts, cloud, role, task, job)) });
    job.tasks = job.tasks.slice(TASKS_AT_ONCE);
    job.results = [...job.results, ...results];
    const failed = job.results.filter(({ code }) => code !== undefined).length;
    if (job.results.length >= TRIED_AT_LEAST && failed * 2 > job.results.length) {
      await writeReport(parts, cloud, role, job);
      throw new JobFailure("TaskFailures", "More than half of the operations of the job have failed.");
    }
    if (job.tasks.length === 0) job.status = "Completing";
  },
  async Completing(parts, cloud, role, job) {
    await writeReport(parts, cloud, role, job);
    end(job, "Complete", cloud);
  },
};

export function handleBatchJobs(parts: S3Parts, cloud: Cloud): void {
  WORK.handle(cloud.clock, async ({ id }) => {
    const job = parts.state.jobs[id];
    if (job !== undefined) await goOn(parts, cloud, job);
  });
}

/** Call this when a job can proceed: it was created, or confirmed. */
export function scheduleJob({ clock }: Pick<Cloud, "clock">, { id }: Job): void {
  WORK.later(clock, SECONDS, { id });
}

export function end(
  job: Job,
  status: "Complete" | "Failed" | "Cancelled",
  { clock }: Pick<Cloud, "clock">,
): void {
  job.status = status;
  job.ended = clock.now().toISOString();
  job.tasks = [];
}

/** The displayed reason why a job is suspended. */
export function suspendedCause({ suspended }: Job): string | undefined {
  return suspended === undefined ? undefined : AWAITING;
}

/** A session of the job's role. */
export function jobRole(parts: S3Parts, cloud: Cloud, job: Job): Promise<Caller | undefined> {
  return sessionFor(parts, cloud, String(job.request["RoleArn"]), {
    service: "batchoperations.s3.amazonaws.com",
    session: "s3-batch-operations",
    sourceAccount: job.account,
    sourceArn: job.arn,
  });
}

async function goOn(parts: S3Parts, cloud: Cloud, job: Job): Promise<void> {
  const step = STEPS[job.status];
  if (step === undefined) return;
  try {
    const role = await jobRole(parts, cloud, job);
    if (role === undefined)
      throw new JobFailure("AssumeRoleNotPermitted", "Batch Operations cannot assume the role of the job.");
    await step(parts, cloud, role, job);
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error;
    job.failure = { code: error.code, reason: error.message };
    end(job, "Failed", cloud);
  }
  if (!hasEnded(job)) scheduleJob(cloud, job);
}
