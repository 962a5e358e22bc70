/** The EC2 and S3 operations for copying images as objects. */

/** A store image task; EC2 lists it for 31 days. */
export interface StoreTask {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly bucket: string;
  readonly key: string;
  /** `InProgress`, `Completed` or `Failed`. */
  readonly state: string;
  /** 0 to 100. */
  readonly percent: number;
  /** AWS's reason. */
  readonly reason?: string;
}

/** A bucket, and the account (12 digits) that it must belong to. */
export interface OwnedBucket {
  readonly bucket: string;
  readonly owner: string;
}

export interface StoredObject {
  readonly key: string;
  /** Including quotation marks, as S3 accepts it. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** CRC-64/NVME of the whole object, Base64. @default - S3 has none */
  readonly checksum?: string;
}

export interface Upload {
  readonly key: string;
  readonly id: string;
}

export interface UnfinishedUpload extends Upload {
  /** ISO 8601. */
  readonly begunAt: string;
}

export interface UploadedPart {
  /** Starts at 1. */
  readonly number: number;
  readonly etag: string;
}

/** A range of bytes that becomes a part, including the last byte. */
export interface PartRange {
  readonly number: number;
  readonly first: number;
  readonly last: number;
}

export interface RestoreRequest {
  readonly bucket: string;
  readonly key: string;
  /** Name of the new image; unique in its account and Region. */
  readonly name: string;
  /** Set on the image and its snapshots by the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a new object has in addition to its content. */
export interface ObjectTraits extends Pick<StoredObject, "contentType" | "metadata"> {
  readonly tags: Readonly<Record<string, string>>;
}

/** Images as objects, for one account in one Region; buckets of that Region, owned by any account. */
export interface StoredImagesPort {
  /** Newest first. */
  storeTasks(imageId: string): Promise<readonly StoreTask[]>;
  /** Starts storing an image as `<prefix><image id>.bin`. @param prefix ends with a slash */
  store(imageId: string, bucket: string, prefix: string): Promise<void>;
  /** Id of the image, which is pending. EC2 accepts no ClientToken, but names are unique. */
  restore(request: RestoreRequest): Promise<string>;
  /** Undefined if the object does not exist. */
  object(bucket: OwnedBucket, key: string): Promise<StoredObject | undefined>;
  objectTags(bucket: OwnedBucket, key: string): Promise<Readonly<Record<string, string>>>;
  keysBelow(bucket: OwnedBucket, prefix: string): Promise<readonly string[]>;
  uploadsBelow(bucket: OwnedBucket, prefix: string): Promise<readonly UnfinishedUpload[]>;
  /** @returns the id of the upload; its object will be encrypted with SSE-S3 */
  beginUpload(bucket: OwnedBucket, key: string, traits: ObjectTraits): Promise<string>;
  partsOf(
    bucket: OwnedBucket,
    upload: Upload,
  ): Promise<readonly (UploadedPart & { readonly size: number })[]>;
  /** @returns the part's ETag. @throws AwsCallError `PreconditionFailed` if the source's ETag has changed */
  copyPart(
    bucket: OwnedBucket,
    upload: Upload,
    from: OwnedBucket & Pick<StoredObject, "key" | "etag">,
    range: PartRange,
  ): Promise<string>;
  /**
   * @param parts in order
   * @param size bytes of the whole object
   * @throws AwsCallError `PreconditionFailed` if an object with that key already exists
   */
  completeUpload(
    bucket: OwnedBucket,
    upload: Upload,
    parts: readonly UploadedPart[],
    size: number,
  ): Promise<void>;
  abortUpload(bucket: OwnedBucket, upload: Upload): Promise<void>;
  /** Does nothing if the object does not exist. */
  deleteObject(bucket: OwnedBucket, key: string): Promise<void>;
}
