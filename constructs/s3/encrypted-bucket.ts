import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketObjectLockConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { BUCKET_NAME, BUCKET_NAME_WORDS } from "../../core/bucket-name";
import type { KeyEnvironment, Statement } from "../../policy";
import { ProviderEnvironment } from "../environment";
import type { IKey } from "../kms";
import { checkText } from "../props";
import type { IBucket } from "./bucket";
import { BucketGrants } from "./bucket-grants";
import { bucketPolicyText } from "./bucket-policy-text";
import { closeToOthers } from "./private-access";

export interface EncryptedBucketProps {
  /** Name of the bucket, unique among all buckets of the partition. */
  readonly bucketName: string;
  /** The customer managed key that encrypts all objects of the bucket. */
  readonly encryptionKey: IKey;
  /** Whether to use an S3 Bucket Key: S3 sends fewer requests to KMS, which costs less. The encryption context is then the bucket's ARN. @default true */
  readonly bucketKey?: boolean;
  /**
   * Whether the bucket has S3 Object Lock. IT CANNOT BE DISABLED AGAIN: keep it `true` afterwards. This construct sets no default
   * retention, and keeps one that the bucket's owner sets outside Terraform. @default false
   */
  readonly objectLock?: boolean;
  /** Statements of the bucket policy in addition to those of the permission table. @default - none */
  readonly policy?: readonly Statement[];
  /**
   * The partition, account and Region of the bucket, if they are known at synthesis. Its policy is then known before a plan is made.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * What happens when this construct is removed or its id or path changes. `retain`: the plan fails, and the bucket policy
   * denies the deletion to all principals. `destroy`: the bucket is deleted if it is empty.
   * @default "retain"
   */
  readonly removalPolicy?: "retain" | "destroy";
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the bucket. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A bucket whose objects are all encrypted under one customer managed key. It is versioned and private, its account owns all
 * objects regardless of the writer, and its policy denies requests without TLS and objects under any other encryption.
 */
export class EncryptedBucket extends Construct implements IBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly environment: KeyEnvironment;
  readonly encryptionKey: IKey;
  /** Allows other principals to use the bucket, by purpose. */
  readonly grants: BucketGrants;
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: EncryptedBucketProps) {
    super(scope, id);
    checkText(this, "bucketName", props.bucketName, BUCKET_NAME, BUCKET_NAME_WORDS);
    const retained = props.removalPolicy !== "destroy";
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const lifecycle = retained ? { lifecycle: { preventDestroy: true } } : {};
    const resource = new S3Bucket(this, "Resource", {
      bucket: props.bucketName,
      ...lifecycle,
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    const bucket = resource.id;
    this.bucketName = props.bucketName;
    this.bucketArn = resource.arn;
    this.encryptionKey = props.encryptionKey;
    this.environment = props.environment ?? new ProviderEnvironment(this, props.provider);

    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
      ...placement,
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: props.encryptionKey.keyArn,
          },
          bucketKeyEnabled: props.bucketKey ?? true,
        },
      ],
      ...placement,
    });
    const ownership = closeToOthers(this, bucket, placement);
    const policy = () =>
      bucketPolicyText(
        this,
        {
          partition: this.environment.partition,
          bucketArn: this.bucketArn,
          keyArn: props.encryptionKey.keyArn,
          retained,
          replicators: this.grants.replicators,
        },
        props.policy,
      );
    this.grants = new BucketGrants(this, () => (document.policy = policy()));
    const document = new S3BucketPolicy(this, "Policy", {
      bucket,
      policy: policy(),
      dependsOn: [ownership],
      ...placement,
    });
    this.readiness = [versioning, encryption, document, ...this.objectLock(props, bucket, versioning)];
  }

  private objectLock(
    { objectLock = false, provider }: EncryptedBucketProps,
    bucket: string,
    versioning: ITerraformDependable,
  ): readonly ITerraformDependable[] {
    if (!objectLock) return [];
    const configuration = new S3BucketObjectLockConfigurationA(this, "ObjectLock", {
      bucket,
      objectLockEnabled: "Enabled",
      lifecycle: { ignoreChanges: ["rule"] },
      dependsOn: [versioning],
      ...(provider === undefined ? {} : { provider }),
    });
    return [configuration];
  }
}
