import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { BUCKET_NAME, BUCKET_NAME_WORDS } from "../../core/bucket-name";
import { imageBucketPolicy, type ImagePusher } from "../../policy/s3/image-bucket";
import { checkRange, checkText } from "../props";
import { documentText } from "./bucket-policy-text";
import { closeToOthers } from "./private-access";

const DAYS = { min: 1, max: 365, unit: "days" };

export interface ImageBucketProps {
  /** Unique among all buckets of the partition. */
  readonly bucketName: string;
  /** `aws`, `aws-cn`, ... */
  readonly partition: string;
  /** Roles of other accounts that copy objects of stored images into the bucket. @default - none */
  readonly pushers?: readonly ImagePusher[];
  /**
   * Days after which S3 removes objects and unfinished uploads that a journey has left. A journey that takes longer starts anew.
   * 1 to 365. @default 7
   */
  readonly expirationDays?: number;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region in which the bucket lives. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A bucket through which images travel as objects (CreateStoreImageTask, CreateRestoreImageTask): private, owned by its
 * account whoever writes, under SSE-S3, so that whoever copies an object needs no account's key, with a policy that refuses
 * requests without TLS. It holds nothing that is to stay: Terraform empties and deletes it when it is removed.
 * Source: EC2 user guide, "Store and restore an AMI using S3".
 */
export class ImageBucket extends Construct {
  /** As it was given. */
  readonly bucketName: string;
  /** ARN of the bucket itself, not of objects: `arn:aws:s3:::NAME`. */
  readonly bucketArn: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: ImageBucketProps) {
    super(scope, id);
    checkText(this, "bucketName", props.bucketName, BUCKET_NAME, BUCKET_NAME_WORDS);
    checkRange(this, "expirationDays", props.expirationDays, DAYS);
    const days = props.expirationDays ?? 7;
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const resource = new S3Bucket(this, "Resource", {
      bucket: props.bucketName,
      forceDestroy: true,
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    const bucket = resource.id;
    this.bucketName = props.bucketName;
    this.bucketArn = resource.arn;

    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      ...placement,
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket,
      rule: [
        {
          id: "end-of-journeys",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: days }],
        },
      ],
      ...placement,
    });
    const ownership = closeToOthers(this, bucket, placement);
    new S3BucketPolicy(this, "Policy", {
      bucket,
      policy: documentText(
        this,
        imageBucketPolicy({
          partition: props.partition,
          bucketArn: this.bucketArn,
          pushers: props.pushers ?? [],
        }),
      ),
      dependsOn: [ownership],
      ...placement,
    });
  }
}
