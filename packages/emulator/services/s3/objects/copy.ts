/** CopyObject: read as the caller from one bucket, written as the caller to another. */
import { AwsError, type Call } from "../../../contract";
import type { Exchange, Relay } from "../../../dispatch";
import type { BackendAnswer } from "../backend";
import { bucketOf } from "../buckets";
import { encryptionHeaders, withoutSettings } from "../encryption/choose";
import { customerKeyHeaders, sourceKeyIn } from "../encryption/customer-key";
import { WRITE } from "../encryption/use";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";
import { xmlAnswer } from "../xml";
import { copySourceOf, readableSource, taggingOf, versionQuery, type CopySource } from "./source";
import { newNote, written } from "./write";

/** Source: S3 API reference, "CopyObject": 5 GB in one atomic operation. */
const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

/** Headers of an object that a copy keeps unless the call replaces them. */
const CARRIED = /^(x-amz-meta-|content-(type|language|encoding|disposition)$|cache-control$|expires$)/;

export function copyObject(parts: S3Parts): Relay {
  return async (exchange) => {
    const { call, cloud, request } = exchange;
    const bucket = bucketOf(parts.state, call);
    const key = String(call.input["Key"]);
    const source = copySourceOf(parts, call);
    const { answer: seen } = await readableSource(
      parts,
      cloud,
      call.caller,
      source,
      sourceKeyIn(request.headers),
    );
    refuse(call, bucket, source, seen, request.headers);
    const note = await newNote(call, cloud, bucket, WRITE, request.headers);
    const answer = await parts.backend.send(bucket, {
      method: "PUT",
      key,
      headers: { ...(await headersOfCopy(parts, exchange, source, seen)), ...encryptionHeaders(note) },
      body: await contentOf(parts, source),
    });
    if (answer.status >= 400) return answer;
    const { headers } = await written(parts, cloud, bucket, key, note, answer);
    const shown = { ...headers, ...customerKeyHeaders(request.headers) };
    return copyAnswer("CopyObjectResult", { ...answer, headers: shown }, seen);
  };
}

/** The bytes that are copied. @param range as in `Range` */
export async function contentOf(
  { backend }: S3Parts,
  { bucket, key, version }: CopySource,
  range?: string,
): Promise<Buffer> {
  const headers: Record<string, string> = range === undefined ? {} : { range };
  const answer = await backend.send(bucket, { method: "GET", key, query: versionQuery(version), headers });
  if (answer.status < 400) return answer.body;
  throw new AwsError(
    "InvalidRange",
    "The specified copy source range is not valid for the source object.",
    400,
  );
}

/** @throws AwsError `PreconditionFailed` when the source does not meet the call's conditions */
export function refuseByEtag(headers: Readonly<Record<string, string>>, source: BackendAnswer): void {
  const etag = unquoted(source.headers["etag"]);
  const match = headers["x-amz-copy-source-if-match"];
  const noneMatch = headers["x-amz-copy-source-if-none-match"];
  if (match !== undefined && unquoted(match) !== etag) throw preconditionFailed("If-Match");
  if (noneMatch !== undefined && unquoted(noneMatch) === etag) throw preconditionFailed("If-None-Match");
}

/** `x-amz-checksum-sha256` -> `ChecksumSHA256`. */
function checksumsOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const algorithm = /^x-amz-checksum-((?!type)[a-z0-9]+)$/.exec(name)?.[1];
      return algorithm === undefined ? [] : [[`Checksum${algorithm.toUpperCase()}`, value]];
    }),
  );
}

/** A checksum with the algorithm that the call names, or otherwise with the source's. */
function checksumWanted(
  headers: Readonly<Record<string, string>>,
  source: BackendAnswer,
): Readonly<Record<string, string>> {
  const ofSource = Object.keys(checksumsOf(source.headers)).map((name) => name.replace("Checksum", ""));
  const [algorithm] = [headers["x-amz-checksum-algorithm"] ?? [], ofSource].flat();
  return algorithm === undefined ? {} : { "x-amz-sdk-checksum-algorithm": algorithm };
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    412,
    {},
    { Condition: `x-amz-copy-source-${condition}` },
  );
}

/** The response to a copy: the new object's ETag, and the version of the source. */
export function copyAnswer(root: string, made: BackendAnswer, source: BackendAnswer): BackendAnswer {
  const version = source.headers["x-amz-version-id"];
  const kept = Object.entries(made.headers).filter(([name]) => /^x-amz-(version-id|server-side)/.test(name));
  const content = {
    LastModified: new Date().toISOString(),
    ETag: made.headers["etag"] ?? "",
    ...checksumsOf(made.headers),
  };
  const answer = xmlAnswer(root, content, {
    ...Object.fromEntries(kept),
    ...(version === undefined ? {} : { "x-amz-copy-source-version-id": version }),
  });
  return { ...answer, body: Buffer.from(answer.body) };
}

function refuse(
  call: Call,
  bucket: Bucket,
  source: CopySource,
  seen: BackendAnswer,
  headers: Readonly<Record<string, string>>,
): void {
  refuseByEtag(headers, seen);
  if (Number(seen.headers["content-length"] ?? 0) > LARGEST_COPY_BYTES) {
    throw new AwsError(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_COPY_BYTES}`,
    );
  }
  const onItself =
    source.bucket.name === bucket.name && source.key === call.input["Key"] && source.version === undefined;
  const changes = ["MetadataDirective", "SSECustomerAlgorithm", "ServerSideEncryption", "StorageClass"].some(
    (name) => call.input[name] !== undefined && call.input[name] !== "COPY",
  );
  if (onItself && !changes) {
    throw new AwsError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
}

/** Metadata and tags of the source, or those of the call when it replaces them. */
async function headersOfCopy(
  parts: S3Parts,
  { call, request }: Exchange,
  source: CopySource,
  seen: BackendAnswer,
): Promise<Record<string, string>> {
  const from = call.input["MetadataDirective"] === "REPLACE" ? request.headers : seen.headers;
  const carried = Object.entries(from).filter(([name]) => CARRIED.test(name) && name !== "content-length");
  const own = Object.entries(withoutSettings(request.headers)).filter(([name]) =>
    /^x-amz-(acl|storage-class|website-redirect-location)$/.test(name),
  );
  const given = request.headers["x-amz-tagging"] ?? "";
  const tagging = call.input["TaggingDirective"] === "REPLACE" ? given : await taggingOf(parts, source, seen);
  return {
    ...Object.fromEntries([...carried, ...own]),
    ...checksumWanted(request.headers, seen),
    ...(tagging === "" ? {} : { "x-amz-tagging": tagging }),
  };
}

function unquoted(etag: string | undefined): string | undefined {
  return etag?.replace(/^"|"$/g, "");
}
