/** Multipart uploads: the properties of the new object are decided when the upload starts. */
import { AwsError, type Call } from "../../../contract";
import type { Relay } from "../../../dispatch";
import type { WireRequest } from "../../../wire/message";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { encryptionHeaders, withoutSettings } from "../encryption/choose";
import {
  customerKeyHeaders,
  keyIn,
  refuseBlocked,
  requireUploadKey,
  sourceKeyIn,
} from "../encryption/customer-key";
import { requireKey, WRITE, WRITE_PARTS } from "../encryption/use";
import type { S3Parts } from "../parts";
import type { Bucket, ObjectNote, S3State, Upload } from "../state";
import { readXml, textOf } from "../xml";
import { contentOf, copyAnswer, refuseByEtag } from "./copy";
import { copySourceOf, readableSource } from "./source";
import { newNote, written } from "./write";

export function multipartRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const { state, backend } = parts;
  return {
    async CreateMultipartUpload({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const note = await newNote(call, cloud, bucket, WRITE, request.headers);
      const headers = { ...withoutSettings(request.headers), ...encryptionHeaders(note) };
      const answer = await backend.pass(bucket, { ...request, headers });
      if (answer.status >= 400) return answer;
      const id = textOf(readXml(answer.body, "InitiateMultipartUploadResult"), "UploadId") ?? "";
      const hasChecksum = request.headers["x-amz-checksum-algorithm"] !== undefined;
      state.uploads[id] = { note, hasChecksum };
      return underOf(note, request, answer);
    },
    async UploadPart({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const { note } = uploadOf(state, call);
      requirePartKey(call, bucket, note, request);
      const key = String(call.input["Key"]);
      await requireKey(cloud, call.caller, { bucket, key, under: note.key }, WRITE);
      return underOf(note, request, await backend.pass(bucket, request));
    },
    async UploadPartCopy({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const { note } = uploadOf(state, call);
      requirePartKey(call, bucket, note, request);
      const key = String(call.input["Key"]);
      const source = copySourceOf(parts, call);
      const { answer: seen } = await readableSource(
        parts,
        cloud,
        call.caller,
        source,
        sourceKeyIn(request.headers),
      );
      refuseByEtag(request.headers, seen);
      await requireKey(cloud, call.caller, { bucket, key, under: note.key }, WRITE);
      const body = await contentOf(parts, source, request.headers["x-amz-copy-source-range"]);
      const query = {
        partNumber: String(call.input["PartNumber"]),
        uploadId: String(call.input["UploadId"]),
      };
      const answer = await backend.send(bucket, { method: "PUT", key, query, body });
      if (answer.status >= 400) return answer;
      return copyAnswer("CopyPartResult", underOf(note, request, answer), seen);
    },
    async CompleteMultipartUpload({ call, cloud, request }) {
      const bucket = bucketOf(state, call);
      const key = String(call.input["Key"]);
      const earlier = completionOf(state, call);
      if (earlier !== undefined) return earlier;
      const upload = uploadOf(state, call);
      const { note } = upload;
      requireKeyAtEnd(upload, request);
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
    async ListParts({ call, request }) {
      requireKeyAtEnd(uploadOf(state, call), request);
      return backend.pass(bucketOf(state, call), request);
    },
    async AbortMultipartUpload({ call, request }) {
      const bucket = bucketOf(state, call);
      const answer = await backend.pass(bucket, request);
      if (answer.status < 400) delete state.uploads[String(call.input["UploadId"])];
      return answer;
    },
  };
}

/** The headers about the key in responses to the requests of an upload. */
function underOf(
  note: ObjectNote,
  { headers }: Pick<WireRequest, "headers">,
  answer: BackendAnswer,
): BackendAnswer {
  if (answer.status >= 400) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, ...encryptionHeaders(note), ...customerKeyHeaders(headers) },
  };
}

/** A bucket that has blocked SSE-C in the meantime accepts no parts with a key. Source: S3 API reference, "UploadPart". */
function requirePartKey(
  call: Call,
  bucket: Bucket,
  { customerKey }: ObjectNote,
  { headers }: Pick<WireRequest, "headers">,
): void {
  const given = keyIn(headers);
  if (given !== undefined) refuseBlocked(call, bucket);
  requireUploadKey(customerKey, given);
}

/**
 * Completing an upload and listing its parts need the customer's key only if the upload was started with a checksum
 * algorithm. Source: S3 API reference, "CompleteMultipartUpload", "ListParts".
 */
function requireKeyAtEnd(
  { note: { customerKey }, hasChecksum }: Upload,
  { headers }: Pick<WireRequest, "headers">,
): void {
  const given = keyIn(headers);
  if (given !== undefined || hasChecksum === true) requireUploadKey(customerKey, given);
}

/** A client that lost the response completes the upload again, and gets the same response. */
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
