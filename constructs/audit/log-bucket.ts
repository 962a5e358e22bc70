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

/** Days after which S3 removes an upload that was never finished. */
const UNFINISHED_DAYS = 7;

/** Days for which a log file can be brought back that S3 has removed: `retentionDays` may have been a mistake. */
const REGRET_DAYS = 30;

/** At least what CloudTrail's own event history keeps. */
const RETENTION = { min: 90, unit: "days" };

/** What the bucket of a trail is made from. */
export interface LogBucketProps {
  readonly bucketName: string;
  readonly access: TrailAccess;
  /** Days after which S3 removes log files. @default - they stay */
  readonly retentionDays?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly provider?: TerraformProvider | undefined;
}

/** The bucket that a trail writes into: versioned, private, owned by its account, over TLS alone, for this trail alone. */
export class LogBucket extends Construct {
  /** What must be deployed before the trail is made: CloudTrail tries the bucket's policy. */
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
    // CloudTrail names the trail's key with each file. Under that key as the bucket's default, whatever it writes without naming one would
    // lack the trail as encryption context, and be refused.
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      ...placement,
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket,
      rule: [lifecycleRule(props.retentionDays)],
      // S3 takes rules for versions that are no longer current in any bucket, but they say nothing before it has versions.
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
