import type { Call } from "../../../contract";
import type { Exchange, Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import { replicateMetadata } from "../replication/begin";
import { copySourceOf, look } from "./source";

/** Tags that are changed on an object that was replicated go after it. */
export function taggingRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const change = async ({ call, cloud, request }: Exchange): Promise<BackendAnswer> => {
    const bucket = bucketOf(parts.state, call);
    const answer = await parts.backend.pass(bucket, request);
    if (answer.status >= 400) return answer;
    const key = String(call.input["Key"]);
    const version = call.input["VersionId"] ?? (await currentVersion(parts, call));
    if (version !== undefined) replicateMetadata(parts, cloud, bucket, key, String(version));
    return answer;
  };
  return { PutObjectTagging: change, DeleteObjectTagging: change };
}

async function currentVersion(parts: S3Parts, call: Call): Promise<string | undefined> {
  const seen = await look(parts, bucketOf(parts.state, call), String(call.input["Key"]));
  return seen.headers["x-amz-version-id"];
}

/** Whether a copy sets tags, its own or the source's, which asks for permissions of its own. */
export async function tagsOfCopy(parts: S3Parts, call: Call): Promise<"none" | "own" | "source"> {
  if (call.input["TaggingDirective"] === "REPLACE")
    return call.input["Tagging"] === undefined ? "none" : "own";
  const { bucket, key, version } = copySourceOf(parts, call);
  const seen = await look(parts, bucket, key, version);
  return seen.headers["x-amz-tagging-count"] === undefined ? "none" : "source";
}
