import {
  AwsCallError,
  type ObjectTraits,
  type OwnedBucket,
  type PartRange,
  type StoredImagesPort,
  type StoredObject,
  type UnfinishedUpload,
  type Upload,
  type UploadedPart,
} from "../../../scripts/aws";

/** An object with a size, but without content. */
export interface HeldObject extends StoredObject {
  readonly tags: Readonly<Record<string, string>>;
  /** The image from which it was stored. @default - not a stored image */
  readonly imageId?: string;
}

interface HeldUpload extends UnfinishedUpload {
  readonly bucket: string;
  readonly parts: Map<number, { readonly etag: string; readonly size: number }>;
  readonly traits: ObjectTraits;
  imageId?: string;
}

/** Buckets as S3 shows them; content is only counted, so that an object can have thousands of parts. */
export class FakeObjects {
  /** `bucket/key` -> object. */
  readonly objects = new Map<string, HeldObject>();
  readonly uploads = new Map<string, HeldUpload>();
  /** Numbers of the parts that were copied. */
  readonly copied: number[] = [];
  /** Parts in progress now, and their maximum so far. */
  inProgress = 0;
  atOnce = 0;
  /** Called before a part is copied; an error that it throws is S3's response. */
  beforePart: (number: number) => void = () => undefined;
  private counter = 0;

  put(bucket: string, object: Partial<HeldObject> & Pick<HeldObject, "key" | "size">): void {
    this.objects.set(`${bucket}/${object.key}`, {
      etag: `"e${object.size}"`,
      metadata: {},
      tags: {},
      ...object,
    });
  }

  object({ bucket }: OwnedBucket, key: string): HeldObject | undefined {
    return this.objects.get(`${bucket}/${key}`);
  }

  keysBelow({ bucket }: OwnedBucket, prefix: string): readonly string[] {
    return [...this.objects.keys()]
      .filter((id) => id.startsWith(`${bucket}/${prefix}`))
      .map((id) => id.slice(bucket.length + 1));
  }

  uploadsBelow({ bucket }: OwnedBucket, prefix: string): readonly UnfinishedUpload[] {
    return [...this.uploads.values()].filter((one) => one.bucket === bucket && one.key.startsWith(prefix));
  }

  beginUpload({ bucket }: OwnedBucket, key: string, { contentType, metadata, tags }: ObjectTraits): string {
    const traits = { metadata, tags, ...(contentType === undefined ? {} : { contentType }) };
    this.counter += 1;
    const id = `upload-${this.counter}`;
    const begunAt = new Date(this.counter).toISOString();
    this.uploads.set(id, { bucket, key, id, begunAt, parts: new Map(), traits });
    return id;
  }

  partsOf({ id }: Upload): readonly (UploadedPart & { readonly size: number })[] {
    return [...(this.uploads.get(id)?.parts ?? [])].map(([number, part]) => ({ number, ...part }));
  }

  copyPart(
    { id }: Upload,
    from: OwnedBucket & Pick<StoredObject, "key" | "etag">,
    { number, first, last }: PartRange,
  ): string {
    this.beforePart(number);
    const source = this.object(from, from.key);
    if (source?.etag !== from.etag) throw refusal("PreconditionFailed", "UploadPartCopy");
    const upload = this.uploads.get(id);
    if (upload === undefined) throw refusal("NoSuchUpload", "UploadPartCopy");
    upload.parts.set(number, { etag: `"p${number}"`, size: last - first + 1 });
    if (source.imageId !== undefined) upload.imageId = source.imageId;
    this.copied.push(number);
    return `"p${number}"`;
  }

  completeUpload(bucket: OwnedBucket, { id }: Upload, parts: readonly UploadedPart[], size: number): void {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw refusal("NoSuchUpload", "CompleteMultipartUpload");
    if (this.object(bucket, upload.key) !== undefined)
      throw refusal("PreconditionFailed", "CompleteMultipartUpload");
    const sum = parts.reduce((all, { number }) => all + (upload.parts.get(number)?.size ?? 0), 0);
    if (sum !== size) throw refusal("InvalidPart", "CompleteMultipartUpload");
    this.uploads.delete(id);
    const { key, traits, imageId } = upload;
    this.put(bucket.bucket, { key, size, ...traits, ...(imageId === undefined ? {} : { imageId }) });
  }

  /** The port of a caller with all permissions; parts take a moment, so that several are in progress at the same time. */
  port(): StoredImagesPort {
    return {
      storeTasks: async () => [],
      store: async () => undefined,
      restore: async () => "ami-restored",
      object: async (bucket, key) => this.object(bucket, key),
      objectTags: async (bucket, key) => this.object(bucket, key)?.tags ?? {},
      keysBelow: async (bucket, prefix) => this.keysBelow(bucket, prefix),
      uploadsBelow: async (bucket, prefix) => this.uploadsBelow(bucket, prefix),
      beginUpload: async (bucket, key, traits) => this.beginUpload(bucket, key, traits),
      partsOf: async (_, upload) => this.partsOf(upload),
      copyPart: async (_, upload, from, range) => {
        this.inProgress += 1;
        this.atOnce = Math.max(this.atOnce, this.inProgress);
        await new Promise((resolve) => setImmediate(resolve));
        this.inProgress -= 1;
        return this.copyPart(upload, from, range);
      },
      completeUpload: async (...asked) => this.completeUpload(...asked),
      abortUpload: async (_, { id }) => void this.uploads.delete(id),
      deleteObject: async ({ bucket }, key) => void this.objects.delete(`${bucket}/${key}`),
    };
  }
}

export function refusal(code: string, operation = "UploadPartCopy"): AwsCallError {
  const site = { operation: `${operation} b/k`, account: "111111111111", region: "eu-central-1" };
  return new AwsCallError(site, { code, message: `${code} of a test`, transient: false });
}
