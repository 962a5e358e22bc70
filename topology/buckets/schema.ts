import { z } from "zod";
import { BUCKET_NAME_WORDS, isBucketName } from "../../core/bucket-name";
import { tagsShape } from "../../kinds/shared/declare/rule-schema";

const bucketName = z.string().refine(isBucketName, `a bucket name: ${BUCKET_NAME_WORDS}`);
const keyAlias = z.string().regex(/^alias\/[\w/-]{1,250}$/, "a key alias such as alias/app-data");

/** Settings of an existing bucket, which sources and destinations have in common. */
const existingShape = {
  /**
   * Whether the bucket already exists. Then only the replication configuration of a source is changed and nothing else. The
   * statements that the bucket's policy and its key's policy need are shown, but not written. @default false: the foundation creates the bucket
   */
  existing: z.boolean().optional(),
  /**
   * Alias of the customer managed key of an existing bucket's default encryption, in the bucket's account and Region.
   * @default - the key that the foundation creates for the buckets of the account and Region
   */
  key: keyAlias.optional(),
};

const source = z.strictObject({
  /** The account that owns the bucket, by its name in `accounts`. */
  account: z.string(),
  /** The bucket's Region. */
  region: z.string(),
  /** Name of the bucket, unique among all buckets of AWS. */
  bucket: bucketName,
  ...existingShape,
  /** Aliases of other keys that objects of an existing bucket are encrypted under. @default [] */
  otherKeys: z.array(keyAlias).optional(),
  /**
   * An existing bucket in the source's account and Region that accepts objects under SSE-S3. The jobs of `keyferry replicate
   * existing` and `re-encrypt` write there which objects failed, and the commands show the reasons. Buckets of the foundation do
   * not accept reports. @default - jobs write no reports
   */
  reports: bucketName.optional(),
  /**
   * ARN of an Amazon SNS topic or an Amazon SQS queue in the source's Region, of any account, to which S3 sends its replication
   * events: objects that failed to replicate, with AWS's reason, and with `replicationTime` also those that are late. Its policy
   * must allow S3 before the deployment. Only for sources that the foundation creates. @default - no events are sent
   */
  replicationEvents: z
    .string()
    .regex(
      /^arn:[\w-]+:(sns|sqs):[\w-]+:\d{12}:[\w-]{1,256}$/,
      "the ARN of a standard SNS topic or SQS queue, not a FIFO one",
    )
    .optional(),
});

/** S3's names of the classes in which a replica can be stored. Source: S3 API reference, Destination. */
export const STORAGE_CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
] as const;

const destination = z.strictObject({
  /** The account that owns the replicas, by its name in `accounts`. */
  account: z.string(),
  /** Regions of the replicas, with one bucket in each. */
  regions: z.array(z.string()).min(1, "at least one Region"),
  /** Name of the bucket. Only for a destination with one Region. @default - `SOURCE-ACCOUNT-REGION`, with the account's 12-digit id */
  bucket: bucketName.optional(),
  ...existingShape,
  /** Storage class of the replicas. @default - that of the source object */
  storageClass: z.enum(STORAGE_CLASSES).optional(),
  /**
   * Whether to use S3 Replication Time Control: AWS commits to replicating within 15 minutes, at extra cost. @default false
   */
  replicationTime: z.boolean().optional(),
});

/** A bucket whose objects S3 replicates into others. */
export const bucketSchema = z.strictObject({
  /** The bucket whose objects are replicated. */
  from: source,
  /** The destinations of the replicas. */
  to: z.array(destination).min(1, "at least one destination"),
  /** The objects to replicate. @default - all */
  filter: z
    .strictObject({
      /** Prefix of the object keys. @default "" */
      prefix: z.string().max(1_024).optional(),
      /** Tags that an object must have, all of them. @default {} */
      tags: tagsShape.optional(),
    })
    .optional(),
  /** Whether delete markers are replicated. The deletion of a version is never replicated. @default false */
  deleteMarkers: z.boolean().optional(),
  /**
   * Whether to use S3 replica modification sync: metadata changes to objects of the source that are themselves replicas, created
   * by a rule in the other direction, are also replicated. @default false
   */
  replicaModifications: z.boolean().optional(),
  /**
   * What happens to objects that existed before the rule. `replicate`: `keyferry replicate existing` replicates them. `leave`:
   * they are not replicated. `re-encrypt`: for an existing source with objects under SSE-S3 or under its `otherKeys`;
   * `keyferry replicate re-encrypt` first encrypts them under the source's `key`. S3 itself replicates objects that are written
   * after the rule was created. @default "replicate"
   */
  existingObjects: z.enum(["replicate", "re-encrypt", "leave"]).optional(),
  /**
   * Whether the source and its destinations have S3 Object Lock, so that replicas have the retention and the legal hold of their
   * source objects. The foundation enables it on buckets that it creates; S3 cannot disable it later. Existing buckets must
   * already have it. @default false
   */
  objectLock: z.boolean().optional(),
  /** Tags of the buckets that the foundation creates and of the replication role. @default {} */
  tags: tagsShape.optional(),
});

export type BucketInput = z.input<typeof bucketSchema>;
