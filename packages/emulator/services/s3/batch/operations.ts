/** Jobs of S3 Batch Operations as clients see them. Source: S3 API reference, operations of AWS S3 Control. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { formatArn, partitionOf } from "@keyferry/common";
import { AwsError, type AccessCheck, type Call, type OperationTable } from "../../../contract";
import { accessDenied } from "../buckets";
import type { S3Parts } from "../parts";
import { textOf } from "../xml";
import { end, jobRole, scheduleJob, suspendedCause } from "./carry-out";
import { checkRequest, operationOf, tagsOf } from "./create";
import { bodyOf } from "./decode";
import { describedJob, listedJob } from "./describe";
import { hasEnded, type Job } from "./job";
import { writeReport } from "./report";

const PAGE = 1_000;
/** Number of days after which ended jobs are removed. */
const DAYS = 90;
const DAY_MS = 86_400_000;

export function jobOperations(parts: S3Parts): OperationTable {
  // A restored cloud has another record of jobs.
  const jobs = () => parts.state.jobs;
  const find = (call: Call): Job => {
    const job = jobs()[String(call.input["JobId"])];
    if (job?.account === call.caller.account && job.region === call.region) return job;
    throw new AwsError("NotFoundException", "No such job", 404);
  };
  const onJob =
    (action: string, context: (call: Call, job: Job) => Record<string, string> = () => ({})) =>
    (call: Call): readonly AccessCheck[] => {
      ownAccount(call);
      const existing = jobs()[String(call.input["JobId"])];
      const resource = arnOf(call, String(call.input["JobId"]));
      return [
        { action: `s3:${action}`, resource, context: existing === undefined ? {} : context(call, existing) },
      ];
    };
  return {
    CreateJob: {
      checks: createChecks,
      run(call, cloud) {
        const request = bodyOf(call.input);
        checkRequest(request);
        const token = textOf(request, "ClientRequestToken") ?? "";
        const earlier = Object.values(jobs()).find(
          (job) => job.token === token && job.account === call.caller.account && job.region === call.region,
        );
        if (earlier !== undefined) {
          if (isDeepStrictEqual(earlier.request, request)) return { JobId: earlier.id };
          throw new AwsError(
            "IdempotencyException",
            "A job with this ClientRequestToken was created with other parameters.",
          );
        }
        const id = randomUUID();
        const job: Job = {
          ...{ id, token, request, account: call.caller.account, region: call.region },
          arn: arnOf(call, id),
          created: cloud.clock.now().toISOString(),
          tags: Object.fromEntries(tagsOf(request)),
          priority: Number(textOf(request, "Priority")),
          status: "New",
          tasks: [],
          results: [],
        };
        jobs()[id] = job;
        scheduleJob(cloud, job);
        return { JobId: id };
      },
    },
    DescribeJob: { checks: onJob("DescribeJob"), run: (call) => ({ Job: describedJob(find(call)) }) },
    ListJobs: {
      checks(call) {
        ownAccount(call);
        return [{ action: "s3:ListJobs", resource: "*" }];
      },
      run(call, cloud) {
        const wanted = call.input["JobStatuses"] as readonly string[];
        const kept = cloud.clock.now().getTime() - DAYS * DAY_MS;
        const found = Object.values(jobs())
          .filter(({ account, region }) => account === call.caller.account && region === call.region)
          .filter(({ ended }) => ended === undefined || Date.parse(ended) > kept)
          .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
          .reverse();
        const from = Number(call.input["NextToken"] ?? 0);
        if (!Number.isInteger(from))
          throw new AwsError("InvalidNextTokenException", "The token is not valid.");
        const size = Math.min(Number(call.input["MaxResults"] ?? PAGE) || PAGE, PAGE);
        return {
          Jobs: found.slice(from, from + size).map(listedJob),
          NextToken: from + size < found.length ? String(from + size) : undefined,
        };
      },
    },
    UpdateJobStatus: {
      checks: onJob("UpdateJobStatus", (_call, job) => ({
        ...existingContext(job),
        ...(job.status === "Suspended" ? { "s3:JobSuspendedCause": suspendedCause(job) ?? "" } : {}),
      })),
      async run(call, cloud) {
        const job = find(call);
        const wanted = call.input["RequestedJobStatus"];
        const possible = wanted === "Ready" ? job.status === "Suspended" : !hasEnded(job);
        if ((wanted !== "Ready" && wanted !== "Cancelled") || !possible) {
          throw new AwsError(
            "JobStatusException",
            `A job that is ${job.status} cannot become ${String(wanted)}.`,
          );
        }
        const reason = call.input["StatusUpdateReason"];
        if (typeof reason === "string") job.statusReason = reason;
        if (wanted === "Ready") {
          job.status = "Ready";
          delete job.suspended;
          scheduleJob(cloud, job);
        } else {
          const role = await jobRole(parts, cloud, job);
          end(job, "Cancelled", cloud);
          if (role !== undefined) await writeReport(parts, cloud, role, job).catch(() => undefined);
        }
        return { JobId: job.id, Status: job.status, StatusUpdateReason: job.statusReason };
      },
    },
    UpdateJobPriority: {
      checks: onJob("UpdateJobPriority", (call, job) => ({
        ...existingContext(job),
        "s3:RequestJobPriority": String(call.input["Priority"]),
      })),
      run(call) {
        const job = find(call);
        const priority = Number(call.input["Priority"]);
        if (!Number.isInteger(priority) || priority < 0 || hasEnded(job))
          throw new AwsError(
            "BadRequestException",
            `The priority of a job that is ${job.status} is not changed.`,
          );
        job.priority = priority;
        return { JobId: job.id, Priority: priority };
      },
    },
    GetJobTagging: {
      checks: onJob("GetJobTagging"),
      run: (call) => ({ Tags: Object.entries(find(call).tags).map(([Key, Value]) => ({ Key, Value })) }),
    },
    PutJobTagging: {
      checks: onJob("PutJobTagging"),
      run(call) {
        replaceTags(find(call), Object.fromEntries(tagsOf(bodyOf(call.input))));
        return {};
      },
    },
    DeleteJobTagging: {
      checks: onJob("DeleteJobTagging"),
      run(call) {
        replaceTags(find(call), {});
        return {};
      },
    },
  };
}

/** Source: S3 user guide, "Granting permissions for Batch Operations"; service authorization reference, "Amazon S3". */
function createChecks(call: Call): readonly AccessCheck[] {
  ownAccount(call);
  const request = bodyOf(call.input);
  checkRequest(request);
  const tags = tagsOf(request);
  const tagging = Object.fromEntries(tags.map(([name, value]) => [`aws:RequestTag/${name}`, value]));
  const context = {
    "s3:RequestJobPriority": textOf(request, "Priority") ?? "",
    "s3:RequestJobOperation": operationOf(request),
    ...tagging,
    ...(tags.length === 0 ? {} : { "aws:TagKeys": tags.map(([name]) => name) }),
  };
  return [
    { action: "s3:CreateJob", resource: "*", context },
    ...(tags.length === 0
      ? []
      : [{ action: "s3:PutJobTagging", resource: arnOf(call, "*"), context: tagging }]),
    {
      action: "iam:PassRole",
      resource: textOf(request, "RoleArn") ?? "",
      context: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" },
    },
  ];
}

function existingContext(job: Job): Record<string, string> {
  return {
    "s3:ExistingJobPriority": String(job.priority),
    "s3:ExistingJobOperation": operationOf(job.request),
  };
}

function replaceTags({ tags: now }: Job, tags: Record<string, string>): void {
  for (const name of Object.keys(now)) delete now[name];
  Object.assign(now, tags);
}

function arnOf({ caller, region }: Call, id: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "s3",
    region,
    account: caller.account,
    resource: `job/${id}`,
  });
}

/** Jobs belong only to the caller's account. */
function ownAccount({ caller, input }: Call): void {
  if (input["AccountId"] !== caller.account) throw accessDenied();
}
