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
  /** Unique among all buckets of the partition. */
  readonly bucketName: string;
  /** The customer managed key that everything in the bucket is under. */
  readonly encryptionKey: IKey;
  /** Whether S3 asks KMS once for many objects, which costs less; the encryption context then is the bucket's ARN. @default true */
  readonly bucketKey?: boolean;
  /**
   * Whether the bucket has S3 Object Lock. S3 NEVER TAKES IT AWAY AGAIN: leave it `true` from then on. A default retention is the bucket
   * owner's: one that is set outside of Terraform stays. @default false
   */
  readonly objectLock?: boolean;
  /** Statements of the bucket policy beside those of the permission table. @default - none */
  readonly policy?: readonly Statement[];
  /**
   * The partition, account and Region of the bucket, where they are known: then its policy is known before a plan is made.
   * @default - read from AWS by each plan, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * What happens when this construct is removed or its id or path changes. `retain`: the plan fails, and the bucket policy
   * refuses the deletion to everybody. `destroy`: the bucket is deleted, once it is empty.
   * @default "retain"
   */
  readonly removalPolicy?: "retain" | "destroy";
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region in which the bucket lives. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A bucket whose objects are all under one customer managed key: versioned, private, owned by its account whoever writes, with
 * a policy that refuses requests without TLS and objects under anything else than the key.
 */
export class EncryptedBucket extends Construct implements IBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly environment: KeyEnvironment;
  readonly encryptionKey: IKey;
  /** Lets others use the bucket, by what they do with it. */
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
