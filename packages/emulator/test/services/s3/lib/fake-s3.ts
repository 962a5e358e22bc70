import { createHash, randomUUID } from "node:crypto";
import type { WireRequest, WireResponse } from "../../../../wire/message";

interface Version {
  readonly id: string;
  readonly body: Buffer;
  readonly headers: Record<string, string>;
  tags: readonly (readonly [string, string])[];
  readonly marker: boolean;
}

interface FakeBucket {
  versioned: boolean;
  /** Oldest first. */
  readonly keys: Map<string, Version[]>;
}

const KEPT = /^(x-amz-meta-|content-type|cache-control|x-amz-server-side-encryption|x-amz-storage-class)/;

/** moto's S3 as far as bytes, versions, tags and parts, and nothing else. */
export class FakeS3 {
  readonly buckets = new Map<string, FakeBucket>();
  private readonly uploads = new Map<
    string,
    { headers: Record<string, string>; parts: Map<number, Buffer> }
  >();

  /** Its whole state, as JSON. */
  capture(): string {
    return JSON.stringify(
      [...this.buckets].map(([name, { versioned, keys }]) => [
        name,
        versioned,
        [...keys].map(([key, versions]) => [
          key,
          versions.map(({ body, ...version }) => ({ ...version, body: body.toString("base64") })),
        ]),
      ]),
    );
  }

  restore(captured: string): void {
    this.buckets.clear();
    for (const [name, versioned, keys] of JSON.parse(captured))
      this.buckets.set(name, {
        versioned,
        keys: new Map(
          keys.map(([key, versions]: [string, any[]]) => [
            key,
            versions.map((version) => ({ ...version, body: Buffer.from(version.body, "base64") })),
          ]),
        ),
      });
  }

  answer(request: WireRequest): WireResponse {
    const [, name = "", ...rest] = request.path.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const bucket = this.buckets.get(name);
    if (key === "") return this.onBucket(request, name, bucket);
    if (bucket === undefined) return error(404, "NoSuchBucket");
    if (request.query.has("uploads") || request.query.has("uploadId"))
      return this.onUpload(request, bucket, key);
    if (request.query.has("tagging")) return onTags(request, bucket, key);
    if (request.method === "PUT") return put(bucket, key, request.headers, request.body);
    if (request.method === "DELETE") return remove(request, bucket, key);
    return read(request, bucket, key);
  }

  private onBucket(request: WireRequest, name: string, bucket: FakeBucket | undefined): WireResponse {
    if (request.method === "PUT" && request.rawQuery === "") {
      if (bucket !== undefined) return error(409, "BucketAlreadyExists");
      this.buckets.set(name, {
        versioned: request.headers["x-amz-bucket-object-lock-enabled"] === "true",
        keys: new Map(),
      });
    } else if (bucket === undefined) {
      return error(404, "NoSuchBucket");
    } else if (request.query.has("delete")) {
      return removeAll(request, bucket);
    } else if (request.method === "DELETE") {
      this.buckets.delete(name);
      return { status: 204, headers: {}, body: "" };
    } else if (request.query.has("versions")) {
      return versionsListed(bucket, request.query.get("key-marker") ?? "");
    } else if (request.query.has("versioning")) {
      bucket.versioned = true;
    }
    return { status: 200, headers: {}, body: "" };
  }

  private onUpload(request: WireRequest, bucket: FakeBucket, key: string): WireResponse {
    const id = request.query.get("uploadId") ?? randomUUID();
    if (request.query.has("uploads")) {
      this.uploads.set(id, { headers: { ...request.headers }, parts: new Map() });
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    const upload = this.uploads.get(id);
    if (upload === undefined) return error(404, "NoSuchUpload");
    if (request.method === "PUT") {
      upload.parts.set(Number(request.query.get("partNumber")), request.body);
      return { status: 200, headers: { etag: etag(request.body) }, body: "" };
    }
    this.uploads.delete(id);
    if (request.method === "DELETE") return { status: 204, headers: {}, body: "" };
    const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    const made = put(bucket, key, upload.headers, Buffer.concat(parts));
    return { ...made, body: "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>" };
  }
}

/** Keys of one page: few, so that lists have several pages. */
const PAGE = 3;

function versionsListed({ keys }: FakeBucket, after: string): WireResponse {
  const rest = [...keys].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = rest.slice(0, PAGE);
  const versions = page.flatMap(([key, of]) =>
    of
      .filter(({ marker }) => !marker)
      .map(
        ({ id, body, headers }) =>
          `<Version><Key>${key}</Key><VersionId>${id}</VersionId><Size>${body.length}</Size>` +
          `<LastModified>2026-01-01T00:00:00Z</LastModified>` +
          `<StorageClass>${headers["x-amz-storage-class"] ?? "STANDARD"}</StorageClass></Version>`,
      ),
  );
  const more = rest.length > page.length;
  const next = more ? `<NextKeyMarker>${page.at(-1)?.[0] ?? ""}</NextKeyMarker>` : "";
  return xml(
    `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${next}${versions.join("")}</ListVersionsResult>`,
  );
}

function versionsOf(bucket: FakeBucket, key: string): Version[] {
  const versions = bucket.keys.get(key) ?? [];
  bucket.keys.set(key, versions);
  return versions;
}

function find(request: WireRequest, bucket: FakeBucket, key: string): Version | undefined {
  const id = request.query.get("versionId");
  const versions = bucket.keys.get(key) ?? [];
  const found = id === null ? versions.at(-1) : versions.find((version) => version.id === id);
  return found?.marker === true ? undefined : found;
}

function put(bucket: FakeBucket, key: string, headers: WireRequest["headers"], body: Buffer): WireResponse {
  const id = bucket.versioned ? (headers["x-rehearsal-version-id"] ?? randomUUID()) : "null";
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name)));
  const tags = [...new URLSearchParams(headers["x-amz-tagging"] ?? "")];
  const versions = versionsOf(bucket, key);
  if (!bucket.versioned) versions.length = 0;
  versions.push({ id, body, headers: { ...kept, etag: etag(body) }, tags, marker: false });
  return { status: 200, headers: { etag: etag(body), ...versionHeader(bucket, id) }, body: "" };
}

function remove(request: WireRequest, bucket: FakeBucket, key: string): WireResponse {
  const named = request.query.get("versionId");
  const versions = versionsOf(bucket, key);
  if (named !== null || !bucket.versioned) {
    const left = versions.filter(({ id }) => named !== null && id !== named);
    bucket.keys.set(key, left);
    return { status: 204, headers: {}, body: "" };
  }
  const id = request.headers["x-rehearsal-version-id"] ?? randomUUID();
  versions.push({ id, body: Buffer.of(), headers: {}, tags: [], marker: true });
  return { status: 204, headers: { "x-amz-delete-marker": "true", "x-amz-version-id": id }, body: "" };
}

function removeAll(request: WireRequest, bucket: FakeBucket): WireResponse {
  const named = request.body.toString().matchAll(/<Key>(.*?)<\/Key>(?:<VersionId>(.*?)<\/VersionId>)?/g);
  const deleted = [...named].map(([, key = "", version]) => {
    const query = new URLSearchParams(version === undefined ? {} : { versionId: version });
    remove({ ...request, query, headers: {} }, bucket, key);
    return `<Deleted><Key>${key}</Key></Deleted>`;
  });
  return xml(`<DeleteResult>${deleted.join("")}</DeleteResult>`);
}

function read(request: WireRequest, bucket: FakeBucket, key: string): WireResponse {
  const version = find(request, bucket, key);
  if (version === undefined) return error(404, "NoSuchKey");
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers["range"] ?? "") ?? [];
  const body = from === undefined ? version.body : version.body.subarray(Number(from), Number(to) + 1);
  const headers = {
    ...version.headers,
    ...versionHeader(bucket, version.id),
    ...(version.tags.length === 0 ? {} : { "x-amz-tagging-count": String(version.tags.length) }),
    "content-length": String(version.body.length),
  };
  return { status: 200, headers, body: request.method === "HEAD" ? "" : body };
}

function onTags(request: WireRequest, bucket: FakeBucket, key: string): WireResponse {
  const version = find(request, bucket, key);
  if (version === undefined) return error(404, "NoSuchKey");
  if (request.method === "DELETE") version.tags = [];
  if (request.method === "PUT") {
    const pairs = request.body.toString().matchAll(/<Key>(.*?)<\/Key><Value>(.*?)<\/Value>/g);
    version.tags = [...pairs].map(([, name = "", value = ""]) => [name, value]);
    // Like moto, which fails.
    if (version.tags.length === 0) return error(500, "InternalError");
  }
  const tags = version.tags.map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`);
  return xml(`<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`);
}

function versionHeader({ versioned }: FakeBucket, id: string): Record<string, string> {
  return versioned ? { "x-amz-version-id": id } : {};
}

function etag(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function xml(body: string): WireResponse {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

function error(status: number, code: string): WireResponse {
  return { status, headers: {}, body: `<Error><Code>${code}</Code></Error>` };
}
