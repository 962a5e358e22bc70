import { Fn, Token, type ITerraformDependable, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { KeyEnvironment } from "../../policy";
import { ProviderEnvironment } from "../environment";
import type { IKey } from "../kms";
import { checkText } from "../props";
import type { IBucket } from "./bucket";

/** Source: S3 user guide, General purpose bucket naming rules. */
const BUCKET_ARN = /^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What has to be known of a bucket that exists. */
export interface ExistingBucketProps {
  /** ARN of the bucket itself, not of objects: `arn:aws:s3:::NAME`. */
  readonly bucketArn: string;
  /** The customer managed key of its default encryption; `CustomerManagedKey.fromKeyArn` names one that exists. */
  readonly encryptionKey: IKey;
  /**
   * What makes it, where that is deployed together with what uses the bucket: the module that has its versioning and its policy. S3 takes
   * the rules of no bucket whose versioning is not enabled yet. @default - it is there
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * The partition, account and Region of the bucket, where they are known.
   * @default - read from AWS by each plan, with the provider
   */
  readonly environment?: KeyEnvironment;
  /** Provider of the bucket's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** A bucket that another stack, module or team owns, with its policy and its versioning: nothing of it is changed. */
export class ExistingBucket extends Construct implements IBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly environment: KeyEnvironment;
  readonly encryptionKey: IKey;
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when the ARN is none of a bucket */
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
