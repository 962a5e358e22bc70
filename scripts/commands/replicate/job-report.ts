import { isAwsError, type BucketsPort } from "../../aws";
import { explainWords } from "../../engine/explain";
import type { JobObjectFailure } from "../../engine/results";

/** The completion report of a job of S3 Batch Operations. */
export interface JobReport {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
  /** Id of the job. */
  readonly job: string;
}

/** A row; in AWS's examples the HTTP status comes before the code, in its schema after it. */
const ROW =
  /^[^,]*,(?<key>[^,]*),[^,]*,failed,(?<one>[^,]*),(?<other>[^,]*),(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>.*))$/;

/**
 * Why objects of a job failed, by AWS's code, from its report; only one example of each is kept in memory.
 * Source: S3 user guide, "Examples: S3 Batch Operations completion reports".
 * @throws AwsCallError if the report does not exist, or may not be read
 */
export async function reportedFailures(
  buckets: Pick<BucketsPort, "lines">,
  { bucket, prefix, job }: JobReport,
): Promise<readonly JobObjectFailure[]> {
  const found = new Map<string, { objects: number; example: string; reason: string }>();
  for (const key of await failedParts(buckets, bucket, `${prefix}job-${job}/manifest.json`)) {
    for await (const line of buckets.lines(bucket, key)) {
      const row = ROW.exec(line)?.groups;
      if (row === undefined) continue;
      const { key: encoded = "", one = "", other = "", quoted, plain = "" } = row;
      const code = /^\d*$/.test(one) ? other : one;
      const known = found.get(code);
      if (known !== undefined) known.objects += 1;
      else
        found.set(code, {
          objects: 1,
          example: decodeURIComponent(encoded.replaceAll("+", " ")),
          reason: quoted?.replaceAll('""', '"') ?? plain,
        });
    }
  }
  return [...found].map(([code, failure]) => {
    const [fix] = explainWords({ code, message: failure.reason }).fixes;
    return { code, ...failure, ...(fix === undefined ? {} : { fix }) };
  });
}

/** Keys of the files that name failed objects. */
async function failedParts(
  buckets: Pick<BucketsPort, "lines">,
  bucket: string,
  key: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of buckets.lines(bucket, key)) lines.push(line);
  const { Results = [] } = JSON.parse(lines.join("\n")) as {
    readonly Results?: readonly { readonly TaskExecutionStatus: string; readonly Key: string }[];
  };
  return Results.filter(({ TaskExecutionStatus }) => TaskExecutionStatus === "failed").map(({ Key }) => Key);
}

/** The same, but returns a sentence if the report cannot be read. */
export async function failuresIfReadable(
  buckets: Pick<BucketsPort, "lines">,
  report: JobReport,
): Promise<{ readonly objects: readonly JobObjectFailure[]; readonly unread?: string }> {
  try {
    return { objects: await reportedFailures(buckets, report) };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return {
      objects: [],
      unread: `the report of job ${report.job} in ${report.bucket} could not be read: ${error.message}`,
    };
  }
}
