import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import { replicateMarker } from "../replication/begin";
import { setNote } from "../state";
import { elements, isElement, readXml, textOf } from "../xml";

/** Deletion: of a version for good, or by a delete marker, which replication may carry on. */
export function deleteRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const { state, backend } = parts;
  return {
    async DeleteObject({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const key = String(call.input["Key"]);
      const version = call.input["VersionId"];
      const answer = await backend.pass(bucket, request);
      if (answer.status >= 400) return answer;
      if (version !== undefined) setNote(state, bucket.name, key, String(version), undefined);
      else if (bucket.versioning === undefined) setNote(state, bucket.name, key, "null", undefined);
      else replicateMarker(cloud, bucket, key, answer.headers["x-amz-version-id"]);
      return answer;
    },
    async DeleteObjects({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const objects = elements(readXml(request.body, "Delete"), "Object").filter(isElement);
      const answer = await backend.pass(bucket, request);
      if (answer.status >= 400) return answer;
      for (const object of objects) {
        const version = textOf(object, "VersionId") ?? (bucket.versioning === undefined ? "null" : undefined);
        if (version !== undefined)
          setNote(state, bucket.name, textOf(object, "Key") ?? "", version, undefined);
      }
      const deleted = elements(readXml(answer.body, "DeleteResult"), "Deleted").filter(isElement);
      for (const marker of deleted.filter((one) => textOf(one, "DeleteMarker") === "true")) {
        const { Key: key = "" } = marker;
        replicateMarker(cloud, bucket, String(key), textOf(marker, "DeleteMarkerVersionId"));
      }
      return answer;
    },
  };
}
