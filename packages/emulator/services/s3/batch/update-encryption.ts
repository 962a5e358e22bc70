import { AwsError, type Caller, type Cloud } from "../../../contract";
import { bucketNamed } from "../buckets";
import { readEncryption, updateAs } from "../encryption/update";
import type { S3Parts } from "../parts";
import { element } from "../xml";
import type { Job, Task, TaskResult } from "./job";

/** One object whose encryption a job updates. Source: S3 user guide, "Update object encryption". */
export async function updateEncryptionTask(
  parts: S3Parts,
  cloud: Cloud,
  role: Caller,
  { bucket: name, key, version }: Task,
  job: Job,
): Promise<Pick<TaskResult, "code" | "status" | "message">> {
  try {
    const bucket = bucketNamed(parts.state, name);
    if (bucket === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    const operation = element(element(job.request, "Operation"), "S3UpdateObjectEncryption");
    const encryption = readEncryption(element(operation, "ObjectEncryption"));
    await updateAs(
      parts,
      cloud,
      role,
      { bucket, key, ...(version === undefined ? {} : { version }) },
      encryption,
    );
    return { status: 200, message: "Successful" };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
}
