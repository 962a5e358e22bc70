import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { BUCKET_NAME, BUCKET_NAME_WORDS } from "../../core/bucket-name";
import { trailBucketPolicy, type TrailAccess } from "../../policy";
import { checkRange, checkText } from "../props";
import { documentText } from "../s3/bucket-policy-text";
import { closeToOthers } from "../s3/private-access";

/** Days after which S3 removes an incomplete upload. */
const UNFINISHED_DAYS = 7;

/** Days for which a log file that S3 removed can be restored, in case `retentionDays` was a mistake. */
const REGRET_DAYS = 30;

/** As long as CloudTrail's event history keeps events. */
const RETENTION = { min: 90, unit: "days" };

/** Props of the bucket of a trail. */
export interface LogBucketProps {
  readonly bucketName: string;
  readonly access: TrailAccess;
  /** Days after which S3 removes log files. @default - they are kept */
  readonly retentionDays?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly provider?: TerraformProvider | undefined;
}

/** The bucket that a trail writes into: versioned, private, owned by its account, accessible only over TLS and only for this trail. */
export class LogBucket extends Construct {
  /** Resources that must be deployed before the trail is created: CloudTrail tests the bucket's policy. */
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, { bucketName, access, ...props }: LogBucketProps) {
    super(scope, id);
    checkText(this, "bucketName", bucketName, BUCKET_NAME, BUCKET_NAME_WORDS);
    checkRange(this, "retentionDays", props.retentionDays, RETENTION);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const resource = new S3Bucket(this, "Resource", {
      bucket: bucketName,
      ...(access.retained ? { lifecycle: { preventDestroy: true } } : {}),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    const bucket = resource.id;
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
      ...placement,
    });
    // CloudTrail names the trail's key with each file. If that key were the bucket's default, anything it writes without naming a key
    // would lack the trail in the encryption context and would be refused.
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      ...placement,
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket,
      rule: [lifecycleRule(props.retentionDays)],
      // S3 accepts rules for noncurrent versions in any bucket, but they have no effect before versioning is enabled.
      dependsOn: [versioning],
      ...placement,
    });
    const ownership = closeToOthers(this, bucket, placement);
    const policy = new S3BucketPolicy(this, "Policy", {
      bucket,
      policy: documentText(this, trailBucketPolicy(access)),
      dependsOn: [ownership],
      ...placement,
    });
    this.readiness = [versioning, policy];
  }
}

function lifecycleRule(days: number | undefined) {
  return {
    id: "logs",
    status: "Enabled",
    filter: [{ prefix: "" }],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_DAYS }],
    ...(days === undefined
      ? {}
      : { expiration: [{ days }], noncurrentVersionExpiration: [{ noncurrentDays: REGRET_DAYS }] }),
  };
}
