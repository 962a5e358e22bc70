import { AwsCallError, type StoredImagesPort, type StoredObject } from "../../../scripts/aws";

/** An object of so many bytes that nobody reads. */
interface Held extends StoredObject {
  readonly tags: Readonly<Record<string, string>>;
}

interface HeldUpload {
  readonly key: string;
  readonly id: string;
  readonly begunAt: string;
  readonly parts: Map<number, { readonly etag: string; readonly size: number }>;
  readonly traits: Pick<Held, "contentType" | "metadata" | "tags">;
}

/** Buckets as the port shows them; bytes are numbers only, so that an object may have thousands of parts. */
export class FakeObjects {
  readonly objects = new Map<string, Held>();
  readonly uploads = new Map<string, HeldUpload>();
  readonly copied: number[] = [];
  /** Parts that are on their way now, and the most that there ever were. */
  inProgress = 0;
  atOnce = 0;
  /** Called before a part is copied; what it throws is S3's answer. */
  beforePart: (number: number) => void = () => undefined;
  private counter = 0;

  put(bucket: string, object: Partial<Held> & Pick<Held, "key" | "size">): void {
    this.objects.set(`${bucket}/${object.key}`, {
      etag: `"e${object.size}"`,
      metadata: {},
      tags: {},
      ...object,
    });
  }

  port(): StoredImagesPort {
    return {
      storeTasks: async () => [],
      store: async () => undefined,
      restore: async () => "ami-restored",
      object: async ({ bucket }, key) => this.objects.get(`${bucket}/${key}`),
      objectTags: async ({ bucket }, key) => this.objects.get(`${bucket}/${key}`)?.tags ?? {},
      keysBelow: async ({ bucket }, prefix) =>
        [...this.objects.keys()]
          .filter((id) => id.startsWith(`${bucket}/${prefix}`))
          .map((id) => id.slice(bucket.length + 1)),
      uploadsBelow: async (_, prefix) =>
        [...this.uploads.values()].filter(({ key }) => key.startsWith(prefix)),
      beginUpload: async (_, key, { metadata, tags, contentType }) => {
        this.counter += 1;
        const id = `upload-${this.counter}`;
        const begunAt = new Date(this.counter).toISOString();
        const traits = { metadata, tags, ...(contentType === undefined ? {} : { contentType }) };
        this.uploads.set(id, { key, id, begunAt, parts: new Map(), traits });
        return id;
      },
      partsOf: async (_, { id }) =>
        [...(this.uploads.get(id)?.parts ?? [])].map(([number, part]) => ({ number, ...part })),
      copyPart: async (_, { id }, from, { number, first, last }) => {
        this.inProgress += 1;
        this.atOnce = Math.max(this.atOnce, this.inProgress);
        await new Promise((resolve) => setImmediate(resolve));
        this.inProgress -= 1;
        this.beforePart(number);
        if (this.objects.get(`${from.bucket}/${from.key}`)?.etag !== from.etag)
          throw refusal("PreconditionFailed");
        const upload = this.uploads.get(id);
        if (upload === undefined) throw refusal("NoSuchUpload");
        upload.parts.set(number, { etag: `"p${number}"`, size: last - first + 1 });
        this.copied.push(number);
        return `"p${number}"`;
      },
      completeUpload: async ({ bucket }, { id }, parts, size) => {
        const upload = this.uploads.get(id);
        const sum = parts.reduce((all, { number }) => all + (upload?.parts.get(number)?.size ?? 0), 0);
        if (upload === undefined || sum !== size) throw refusal("InvalidPart");
        this.uploads.delete(id);
        this.put(bucket, { key: upload.key, size, ...upload.traits });
      },
      abortUpload: async (_, { id }) => void this.uploads.delete(id),
      deleteObject: async ({ bucket }, key) => void this.objects.delete(`${bucket}/${key}`),
    };
  }
}

export function refusal(code: string): AwsCallError {
  const site = { operation: "UploadPartCopy b/k", account: "111111111111", region: "eu-central-1" };
  return new AwsCallError(site, { code, message: `${code} of a test`, transient: false });
}
