/** The completion report of a job. Source: S3 user guide, "Examples: S3 Batch Operations completion reports". */
import { createHash } from "node:crypto";
import { parseArn } from "@keyferry/common";
import type { Caller, Cloud } from "../../../contract";
import { objectCheck } from "../access";
import { bucketNamed } from "../buckets";
import { encryptionHeaders } from "../encryption/choose";
import { requireAccess } from "../objects/source";
import { written } from "../objects/write";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";
import { element, textOf } from "../xml";
import type { Job, TaskResult } from "./job";
import { JobFailure } from "./job-failure";
import { keyInCsv } from "./manifest";

/** Reports are encrypted with SSE-S3, regardless of the bucket's default. */
const ENCRYPTION = encryptionHeaders({});

/**
 * Writes the requested report, with the permissions of the job's role.
 * @throws JobFailure where it may not be written
 */
export async function writeReport(parts: S3Parts, cloud: Cloud, role: Caller, job: Job): Promise<void> {
  const report = element(job.request, "Report");
  if (textOf(report, "Enabled") !== "true" || job.results.length === 0) return;
  const name = parseArn(textOf(report, "Bucket") ?? "")?.resource ?? "";
  const bucket = bucketNamed(parts.state, name);
  const expected = textOf(report, "ExpectedBucketOwner");
  if (bucket === undefined || (expected !== undefined && expected !== bucket.account))
    throw new JobFailure(
      "ReportForbidden",
      `The report's bucket ${name} does not exist, or is not owned by ${expected ?? ""}.`,
    );
  const prefix = textOf(report, "Prefix");
  const folder = `${prefix === undefined ? "" : `${prefix.replace(/\/$/, "")}/`}job-${job.id}`;
  const put = (key: string, text: string) => write(parts, cloud, role, bucket, key, Buffer.from(text));
  const only = textOf(report, "ReportScope") === "FailedTasksOnly";
  const outcomes = only ? (["failed"] as const) : (["succeeded", "failed"] as const);
  const Results: object[] = [];
  for (const outcome of outcomes) {
    const rows = job.results.filter(({ code }) => (code === undefined) === (outcome === "succeeded"));
    if (rows.length === 0) continue;
    const csv = rows.map((row) => rowOf(row, outcome)).join("");
    const key = `${folder}/results/${createHash("sha1").update(csv).digest("hex")}.csv`;
    const MD5Checksum = createHash("md5").update(csv).digest("hex");
    Results.push({ TaskExecutionStatus: outcome, Bucket: name, MD5Checksum, Key: key });
    await put(key, csv);
  }
  const manifest = {
    Format: "Report_CSV_20180820",
    ReportCreationDate: cloud.clock.now().toISOString(),
    Results,
    ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
  };
  await put(`${folder}/manifest.json`, JSON.stringify(manifest));
}

/** AWS's examples have the HTTP status before the code, unlike its schema. */
function rowOf(
  { bucket, key, version = "", code = "", status, message }: TaskResult,
  outcome: string,
): string {
  const quoted = `"${message.replace(/"/g, '""')}"`;
  return `${[bucket, keyInCsv(key), version, outcome, status, code, quoted].join(",")}\n`;
}

async function write(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  bucket: Bucket,
  key: string,
  body: Buffer,
): Promise<void> {
  const context = { "s3:x-amz-server-side-encryption": "AES256" };
  await JobFailure.instead("ReportForbidden", () =>
    requireAccess(cloud, role, objectCheck(bucket, role, "PutObject", key, context)),
  );
  const answer = await parts.backend.send(bucket, { method: "PUT", key, body, headers: ENCRYPTION });
  await written(parts, cloud, bucket, key, {}, answer);
}
