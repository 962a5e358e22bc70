import { Fn, Token, type ITerraformDependable, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { KeyEnvironment } from "../../policy";
import { ProviderEnvironment } from "../environment";
import type { IKey } from "../kms";
import { checkText } from "../props";
import type { IBucket } from "./bucket";

/** Source: S3 user guide, General purpose bucket naming rules. */
const BUCKET_ARN = /^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Props of an existing bucket. */
export interface ExistingBucketProps {
  /** ARN of the bucket itself, not of objects: `arn:aws:s3:::NAME`. */
  readonly bucketArn: string;
  /** The customer managed key of its default encryption. `CustomerManagedKey.fromKeyArn` refers to an existing key. */
  readonly encryptionKey: IKey;
  /**
   * The module or resource that creates the bucket with its versioning and its policy, if it is deployed together with the resources that
   * use the bucket. S3 accepts replication rules only for a bucket with versioning enabled. @default - the bucket already exists
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * The partition, account and Region of the bucket, if they are known at synthesis.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /** Provider of the bucket's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** A bucket that another stack, module or team owns, with its policy and versioning. The bucket is not changed. */
export class ExistingBucket extends Construct implements IBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly environment: KeyEnvironment;
  readonly encryptionKey: IKey;
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when the ARN is not the ARN of a bucket */
  constructor(scope: Construct, id: string, props: ExistingBucketProps) {
    super(scope, id);
    checkText(this, "bucketArn", props.bucketArn, BUCKET_ARN, "the ARN of a bucket, arn:aws:s3:::NAME");
    this.bucketArn = props.bucketArn;
    this.bucketName = nameIn(props.bucketArn);
    this.environment = props.environment ?? new ProviderEnvironment(this, props.provider);
    this.encryptionKey = props.encryptionKey;
    this.readiness = props.dependsOn ?? [];
  }
}

function nameIn(bucketArn: string): string {
  if (!Token.isUnresolved(bucketArn)) return bucketArn.slice(bucketArn.lastIndexOf(":") + 1);
  return Token.asString(Fn.element(Fn.split(":", bucketArn), 5));
}
