import { z } from "zod";
import { BUCKET_NAME_WORDS, isBucketName } from "../../core/bucket-name";
import { tagsShape } from "../../kinds/shared/declare/rule-schema";

const bucketName = z.string().refine(isBucketName, `a bucket name: ${BUCKET_NAME_WORDS}`);
const keyAlias = z.string().regex(/^alias\/[\w/-]{1,250}$/, "a key alias such as alias/app-data");

/** What both sides say of a bucket that exists. */
const existingShape = {
  /**
   * Whether the bucket is there already: then nothing of it is changed but, on a source, its replication configuration, and the
   * statements that its policy and its key's need are shown, never written. @default false: the foundation makes the bucket
   */
  existing: z.boolean().optional(),
  /**
   * Alias of the customer managed key of an existing bucket's default encryption, in the bucket's account and Region.
   * @default - the key that the foundation makes for the buckets of the account and Region
   */
  key: keyAlias.optional(),
};

const source = z.strictObject({
  /** The account that owns the bucket, by its name in `accounts`. */
  account: z.string(),
  /** Where the bucket is. */
  region: z.string(),
  /** Unique among all buckets of AWS. */
  bucket: bucketName,
  ...existingShape,
  /** Aliases of other keys that objects of an existing bucket are under. @default [] */
  otherKeys: z.array(keyAlias).optional(),
  /**
   * A bucket of the source's account and Region that exists and takes objects under SSE-S3: jobs of `keyferry replicate existing` and `re-encrypt` report there which
   * objects have failed, and the commands tell why. No bucket of the foundation takes a report. @default - jobs write none
   */
  reports: bucketName.optional(),
  /**
   * ARN of an Amazon SNS topic or an Amazon SQS queue in the source's Region, of any account, to which S3 sends its replication events: objects that have
   * failed, with AWS's reason, and with `replicationTime` those that are late. Its policy must let S3 in before the deployment. For sources that the foundation
   * makes. @default - nobody is told
   */
  replicationEvents: z
    .string()
    .regex(
      /^arn:[\w-]+:(sns|sqs):[\w-]+:\d{12}:[\w-]{1,256}$/,
      "the ARN of an SNS topic or an SQS queue that is no FIFO one",
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
  /** One bucket in each. */
  regions: z.array(z.string()).min(1, "at least one Region"),
  /** Its name, where there is one Region. @default - `SOURCE-ACCOUNT-REGION`, with the account's 12-digit id */
  bucket: bucketName.optional(),
  ...existingShape,
  /** In which replicas are stored. @default - that of the source object */
  storageClass: z.enum(STORAGE_CLASSES).optional(),
  /**
   * Whether AWS commits to replicating within 15 minutes (S3 Replication Time Control), at extra cost. @default false
   */
  replicationTime: z.boolean().optional(),
});

/** A bucket whose objects S3 replicates into others. */
export const bucketSchema = z.strictObject({
  /** The bucket whose objects are replicated. */
  from: source,
  /** Where they are replicated to. */
  to: z.array(destination).min(1, "at least one destination"),
  /** Which objects. @default - all */
  filter: z
    .strictObject({
      /** How their keys begin. @default "" */
      prefix: z.string().max(1_024).optional(),
      /** Tags that they have, all of them. @default {} */
      tags: tagsShape.optional(),
    })
    .optional(),
  /** Whether delete markers are replicated; the deletion of a version never is. @default false */
  deleteMarkers: z.boolean().optional(),
  /**
   * Whether changes of metadata that are made to replicas in the source are replicated as well, where a rule in the other direction
   * makes them (S3 replica modification sync). @default false
   */
  replicaModifications: z.boolean().optional(),
  /**
   * What is done with objects that were there before the rule: `keyferry replicate existing` will `replicate` them, or `leave` them.
   * `re-encrypt` is for an existing source with objects under SSE-S3 or under its `otherKeys`: `keyferry replicate re-encrypt` puts
   * them under the source's `key` first. S3 itself replicates what is written from then on. @default "replicate"
   */
  existingObjects: z.enum(["replicate", "re-encrypt", "leave"]).optional(),
  /**
   * Whether the source and its destinations have S3 Object Lock, so that replicas have the retention and the legal hold of their sources. The foundation
   * enables it on buckets that it makes, for good: S3 never takes it away. Existing ones have it already. @default false
   */
  objectLock: z.boolean().optional(),
  /** Set on the buckets that the foundation makes and on the replication role. @default {} */
  tags: tagsShape.optional(),
});

export type BucketInput = z.input<typeof bucketSchema>;
