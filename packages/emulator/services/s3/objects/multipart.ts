/** Multipart uploads: what the new object will be is decided when the upload begins. */
import { AwsError, type Call } from "../../../contract";
import type { Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { encryptionHeaders, withoutSettings } from "../encryption/choose";
import { requireKey, WRITE, WRITE_PARTS } from "../encryption/use";
import type { S3Parts } from "../parts";
import type { S3State, Upload } from "../state";
import { readXml, textOf } from "../xml";
import { contentOf, copyAnswer, refuseByEtag } from "./copy";
import { copySourceOf, readableSource } from "./source";
import { newNote, written } from "./write";

export function multipartRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const { state, backend } = parts;
  return {
    async CreateMultipartUpload({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const note = await newNote(call, cloud, bucket, WRITE);
      const headers = { ...withoutSettings(request.headers), ...encryptionHeaders(note.key) };
      const answer = await backend.pass(bucket, { ...request, headers });
      if (answer.status >= 400) return answer;
      const id = textOf(readXml(answer.body, "InitiateMultipartUploadResult"), "UploadId") ?? "";
      state.uploads[id] = { note };
      return { ...answer, headers: { ...answer.headers, ...encryptionHeaders(note.key) } };
    },
    async UploadPart({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const { note } = uploadOf(state, call);
      const key = String(call.input["Key"]);
      await requireKey(cloud, call.caller, { bucket, key, under: note.key }, WRITE);
      const answer = await backend.pass(bucket, request);
      return { ...answer, headers: { ...answer.headers, ...encryptionHeaders(note.key) } };
    },
    async UploadPartCopy({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const { note } = uploadOf(state, call);
      const key = String(call.input["Key"]);
      const source = copySourceOf(parts, call);
      const { answer: seen } = await readableSource(parts, cloud, call.caller, source);
      refuseByEtag(request.headers, seen);
      await requireKey(cloud, call.caller, { bucket, key, under: note.key }, WRITE);
      const body = await contentOf(parts, source, request.headers["x-amz-copy-source-range"]);
      const query = {
        partNumber: String(call.input["PartNumber"]),
        uploadId: String(call.input["UploadId"]),
      };
      const answer = await backend.send(bucket, { method: "PUT", key, query, body });
      if (answer.status >= 400) return answer;
      const headers = { ...answer.headers, ...encryptionHeaders(note.key) };
      return copyAnswer("CopyPartResult", { ...answer, headers }, seen);
    },
    async CompleteMultipartUpload({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const key = String(call.input["Key"]);
      const earlier = completionOf(state, call);
      if (earlier !== undefined) return earlier;
      const { note } = uploadOf(state, call);
      await requireKey(cloud, call.caller, { bucket, key, under: note.key }, WRITE_PARTS);
      const answer = await backend.pass(bucket, request);
      if (answer.status >= 400) return answer;
      const made = await written(parts, cloud, bucket, key, note, answer);
      const { headers, body } = made;
      state.uploads[String(call.input["UploadId"])] = {
        note,
        completed: { bucket: bucket.name, key, headers: { ...headers }, body: String(body) },
      };
      return made;
    },
    async AbortMultipartUpload({ call, request }) {
      const bucket = bucketOf(state, call);
      const answer = await backend.pass(bucket, request);
      if (answer.status < 400) delete state.uploads[String(call.input["UploadId"])];
      return answer;
    },
  };
}

/** A client whose answer was lost completes again, and is answered as before. */
function completionOf(state: S3State, { input }: Call): BackendAnswer | undefined {
  const id = String(input["UploadId"]);
  const completed = Object.hasOwn(state.uploads, id) ? state.uploads[id]?.completed : undefined;
  if (completed === undefined || completed.bucket !== input["Bucket"] || completed.key !== input["Key"]) {
    return undefined;
  }
  return { status: 200, headers: completed.headers, body: Buffer.from(completed.body) };
}

/** @throws AwsError `NoSuchUpload` */
function uploadOf(state: S3State, call: Call): Upload {
  const id = String(call.input["UploadId"]);
  const upload = Object.hasOwn(state.uploads, id) ? state.uploads[id] : undefined;
  if (upload !== undefined && upload.completed === undefined) return upload;
  throw new AwsError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    404,
  );
}
