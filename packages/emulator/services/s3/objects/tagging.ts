import type { Call } from "../../../contract";
import type { Exchange, Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import type { WireRequest } from "../../../wire/message";
import type { S3Parts } from "../parts";
import { replicateMetadata } from "../replication/begin";
import type { Bucket } from "../state";
import { element, elements, readXml } from "../xml";
import { copySourceOf, look } from "./source";

/** Tag changes on an object that was replicated are replicated, too. */
export function taggingRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const change = async ({ call, cloud, request }: Exchange): Promise<BackendAnswer> => {
    const bucket = bucketOf(parts.state, call);
    const answer = await passTags(parts, bucket, request);
    if (answer.status >= 400) return answer;
    const key = String(call.input["Key"]);
    const version = call.input["VersionId"] ?? (await currentVersion(parts, call));
    if (version !== undefined) replicateMetadata(parts, cloud, bucket, key, String(version));
    return answer;
  };
  return { PutObjectTagging: change, DeleteObjectTagging: change };
}

/** An empty set removes all tags; in moto this must be a deletion. */
async function passTags({ backend }: S3Parts, bucket: Bucket, request: WireRequest): Promise<BackendAnswer> {
  if (request.method !== "PUT") return backend.pass(bucket, request);
  const set = element(readXml(request.body, "Tagging"), "TagSet");
  if (elements(set, "Tag").length > 0) return backend.pass(bucket, request);
  const answer = await backend.pass(bucket, { ...request, method: "DELETE", body: Buffer.alloc(0) });
  return answer.status < 400 ? { ...answer, status: 200 } : answer;
}

async function currentVersion(parts: S3Parts, call: Call): Promise<string | undefined> {
  const seen = await look(parts, bucketOf(parts.state, call), String(call.input["Key"]));
  return seen.headers["x-amz-version-id"];
}

/** Whether a copy sets tags, its own or the source's, which needs separate permissions. */
export async function tagsOfCopy(parts: S3Parts, call: Call): Promise<"none" | "own" | "source"> {
  if (call.input["TaggingDirective"] === "REPLACE")
    return call.input["Tagging"] === undefined ? "none" : "own";
  const { bucket, key, version } = copySourceOf(parts, call);
  const seen = await look(parts, bucket, key, version);
  return seen.headers["x-amz-tagging-count"] === undefined ? "none" : "source";
}
