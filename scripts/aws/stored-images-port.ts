/** What the script needs of EC2 and S3 where images travel as objects. */

/** A store image task, as EC2 tells of it for 31 days. */
export interface StoreTask {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly bucket: string;
  readonly key: string;
  /** `InProgress`, `Completed` or `Failed`. */
  readonly state: string;
  /** 0 to 100. */
  readonly percent: number;
  /** AWS's own words. */
  readonly reason?: string;
}

/** A bucket, and the account (12 digits) that it must belong to. */
export interface OwnedBucket {
  readonly bucket: string;
  readonly owner: string;
}

export interface StoredObject {
  readonly key: string;
  /** With its quotation marks, as S3 takes it back. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** CRC-64/NVME of the whole object, Base64. @default - S3 has none of it */
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
  /** From 1. */
  readonly number: number;
  readonly etag: string;
}

/** A range of bytes that becomes a part, the last byte included. */
export interface PartRange {
  readonly number: number;
  readonly first: number;
  readonly last: number;
}

export interface RestoreRequest {
  readonly bucket: string;
  readonly key: string;
  /** Of the new image; unique in its account and Region. */
  readonly name: string;
  /** Set on the image and its snapshots in the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a new object carries beside its bytes. */
export interface ObjectTraits extends Pick<StoredObject, "contentType" | "metadata"> {
  readonly tags: Readonly<Record<string, string>>;
}

/** Images as objects, as one account works with them in one Region; buckets of that Region, whosever they are. */
export interface StoredImagesPort {
  /** Newest first. */
  storeTasks(imageId: string): Promise<readonly StoreTask[]>;
  /** Begins to store an image as `<prefix><image id>.bin`. @param prefix ends with a slash */
  store(imageId: string, bucket: string, prefix: string): Promise<void>;
  /** Id of the image, which is pending. EC2 takes no ClientToken: the name is given once. */
  restore(request: RestoreRequest): Promise<string>;
  /** undefined when there is no such object. */
  object(bucket: OwnedBucket, key: string): Promise<StoredObject | undefined>;
  objectTags(bucket: OwnedBucket, key: string): Promise<Readonly<Record<string, string>>>;
  keysBelow(bucket: OwnedBucket, prefix: string): Promise<readonly string[]>;
  uploadsBelow(bucket: OwnedBucket, prefix: string): Promise<readonly UnfinishedUpload[]>;
  /** @returns the id of the upload, whose object will be under SSE-S3 */
  beginUpload(bucket: OwnedBucket, key: string, traits: ObjectTraits): Promise<string>;
  partsOf(
    bucket: OwnedBucket,
    upload: Upload,
  ): Promise<readonly (UploadedPart & { readonly size: number })[]>;
  /** @returns the part's ETag. @throws AwsCallError `PreconditionFailed` when the source has another ETag by now */
  copyPart(
    bucket: OwnedBucket,
    upload: Upload,
    from: OwnedBucket & Pick<StoredObject, "key" | "etag">,
    range: PartRange,
  ): Promise<string>;
  /**
   * @param parts in their order
   * @param size bytes of the whole object
   * @throws AwsCallError `PreconditionFailed` when an object of that key is there already
   */
  completeUpload(
    bucket: OwnedBucket,
    upload: Upload,
    parts: readonly UploadedPart[],
    size: number,
  ): Promise<void>;
  abortUpload(bucket: OwnedBucket, upload: Upload): Promise<void>;
  /** An object that is gone need not go. */
  deleteObject(bucket: OwnedBucket, key: string): Promise<void>;
}
