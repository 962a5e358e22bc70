/** How jobs are described. Source: S3 API reference, JobDescriptor and JobListDescriptor. */
import type { JsonObject } from "../../../contract";
import type { XmlElement } from "../xml";
import { suspendedCause } from "./carry-out";
import { operationOf } from "./create";
import type { Job } from "./job";

/** Parts of the request that are returned as sent. */
const SHOWN = ["Description", "Manifest", "ManifestGenerator", "Operation", "Report", "RoleArn"] as const;

export function describedJob(job: Job): JsonObject {
  const { request, failure } = job;
  return {
    JobId: job.id,
    ConfirmationRequired: request["ConfirmationRequired"] === "true",
    JobArn: job.arn,
    Status: job.status,
    ...(Object.fromEntries(SHOWN.map((name) => [name, (request as XmlElement)[name]])) as JsonObject),
    Priority: job.priority,
    ProgressSummary: progressOf(job),
    StatusUpdateReason: job.statusReason,
    FailureReasons:
      failure === undefined
        ? undefined
        : [{ FailureCode: failure.code, FailureReason: failure.reason.slice(0, 256) }],
    CreationTime: job.created,
    TerminationDate: job.ended,
    SuspendedDate: job.suspended,
    SuspendedCause: suspendedCause(job),
  };
}

export function listedJob(job: Job): JsonObject {
  return {
    JobId: job.id,
    Description: job.request["Description"] as string | undefined,
    Operation: operationOf(job.request),
    Priority: job.priority,
    Status: job.status,
    CreationTime: job.created,
    TerminationDate: job.ended,
    ProgressSummary: progressOf(job),
  };
}

function progressOf({ tasks, results, started, ended }: Job): JsonObject {
  const failed = results.filter(({ code }) => code !== undefined).length;
  const end = ended ?? started;
  const seconds = started === undefined ? 0 : (Date.parse(end ?? "") - Date.parse(started)) / 1000;
  return {
    TotalNumberOfTasks: tasks.length + results.length,
    NumberOfTasksSucceeded: results.length - failed,
    NumberOfTasksFailed: failed,
    Timers: { ElapsedTimeInActiveSeconds: Math.round(seconds) },
  };
}
