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
  /** Name of the bucket, unique among all buckets of the partition. */
  readonly bucketName: string;
  /** The partition: `aws`, `aws-cn`, ... */
  readonly partition: string;
  /** Roles of other accounts that copy objects of stored images into the bucket. @default - none */
  readonly pushers?: readonly ImagePusher[];
  /**
   * Days after which S3 removes objects and incomplete uploads that a copy has left behind, 1 to 365. A copy that takes longer starts
   * again. @default 7
   */
  readonly expirationDays?: number;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the bucket. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A bucket for images that are copied as objects (CreateStoreImageTask, CreateRestoreImageTask). It is private and its account owns
 * all objects regardless of the writer. Objects are under SSE-S3, so that copying an object needs no access to another account's key.
 * The policy denies requests without TLS. The objects are temporary: Terraform empties and deletes the bucket when it is removed.
 * Source: EC2 user guide, "Store and restore an AMI using S3".
 */
export class ImageBucket extends Construct {
  /** Name of the bucket, as given in the props. */
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
