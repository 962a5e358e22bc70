import type { Call, Cloud } from "../../../contract";
import type { Relay } from "../../../dispatch";
import type { WireRequest } from "../../../wire/message";
import type { Backend, BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { mayOverride, objectProtected } from "../lock/lock";
import type { S3Parts } from "../parts";
import { replicateMarker } from "../replication/begin";
import { noteOf, setNote, type Bucket } from "../state";
import { elements, isElement, readXml, textOf, xmlAnswer, type XmlElement } from "../xml";

/** Deletion: permanently for a version, or by a delete marker, which replication may copy. */
export function deleteRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const { state, backend } = parts;
  return {
    async DeleteObject({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const key = String(call.input["Key"]);
      const version = call.input["VersionId"];
      if (version !== undefined && !(await mayDelete(parts, cloud, call, bucket, key, String(version))))
        throw objectProtected();
      const answer = await backend.pass(bucket, request);
      if (answer.status >= 400) return answer;
      if (version !== undefined) setNote(state, bucket.name, key, String(version), undefined);
      else if (bucket.versioning === undefined) setNote(state, bucket.name, key, "null", undefined);
      else replicateMarker(cloud, bucket, key, answer.headers["x-amz-version-id"]);
      return answer;
    },
    async DeleteObjects({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const given = readXml(request.body, "Delete");
      const named = elements(given, "Object").filter(isElement);
      const kept: XmlElement[] = [];
      const objects: XmlElement[] = [];
      for (const object of named) {
        const [key, version] = [textOf(object, "Key") ?? "", textOf(object, "VersionId")];
        const may = version === undefined || (await mayDelete(parts, cloud, call, bucket, key, version));
        (may ? objects : kept).push(object);
      }
      const answer = await removeUnlocked(backend, bucket, request, { given, objects, kept });
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

function mayDelete(
  { state }: S3Parts,
  cloud: Pick<Cloud, "clock" | "decide">,
  call: Call,
  bucket: Bucket,
  key: string,
  version: string,
): Promise<boolean> {
  return mayOverride(cloud, call, bucket, key, noteOf(state, bucket.name, key, version) ?? {});
}

/** Locked objects are kept, and the response reports each of them. */
async function removeUnlocked(
  backend: Backend,
  bucket: Bucket,
  request: WireRequest,
  {
    given,
    objects,
    kept,
  }: {
    readonly given: XmlElement;
    readonly objects: readonly XmlElement[];
    readonly kept: readonly XmlElement[];
  },
): Promise<BackendAnswer> {
  if (kept.length === 0) return backend.pass(bucket, request);
  const { code, message } = objectProtected();
  const Error = kept.map(({ Key, VersionId }) => ({ Key, VersionId, Code: code, Message: message }));
  if (objects.length === 0) return answered({ Error });
  const body = Buffer.from(xmlAnswer("Delete", { ...given, Object: objects }).body);
  const answer = await backend.send(bucket, { method: "POST", query: { delete: "" }, body });
  return answer.status >= 400 ? answer : answered({ ...readXml(answer.body, "DeleteResult"), Error });
}

function answered(result: XmlElement): BackendAnswer {
  const answer = xmlAnswer("DeleteResult", result);
  return { ...answer, body: Buffer.from(answer.body) };
}
