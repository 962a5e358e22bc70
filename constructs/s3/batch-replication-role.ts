import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { batchReplicationPolicy, batchReplicationTrust, type BatchReplicationAccess } from "../../policy";
import type { IRole } from "../iam";
import type { IKey } from "../kms";
import { checkText } from "../props";
import { checkRoleName } from "../role-of-another-account";
import type { IBucket } from "./bucket";
import { documentText } from "./bucket-policy-text";

/** Maximum characters of a prefix in S3 Batch Operations. Source: S3 API reference, JobReport. */
const PREFIX = /^[\w!.*'()/-]{0,512}$/;

export interface BatchReplicationRoleProps {
  /** Name of the role. Its path is `/`. */
  readonly roleName: string;
  /** The bucket whose objects are replicated by its rules, which a `BucketReplication` creates. */
  readonly source: Pick<IBucket, "bucketArn">;
  /**
   * Objects that jobs may re-encrypt under the bucket's key before they are replicated (UpdateObjectEncryption): those under SSE-S3
   * and those under `otherKeys`. All keys belong to the bucket's account and Region. @default - none
   */
  readonly reEncrypt?: {
    /** The bucket's Region. */
    readonly region: string;
    /** The key under which objects are re-encrypted. */
    readonly key: Pick<IKey, "keyArn">;
    /** Keys under which objects are encrypted before. @default [] */
    readonly otherKeys?: readonly Pick<IKey, "keyArn">[];
  };
  /**
   * Destination of completion reports: a bucket of the same account and Region that accepts objects under SSE-S3. An
   * `EncryptedBucket` does not accept them.
   * @default - jobs write no reports
   */
  readonly reports?: {
    readonly bucketArn: string;
    /** Prefix of the reports; ends with a slash. @default "" */ readonly prefix?: string;
  };
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the source's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * The role of S3 Batch Replication jobs, which replicate objects that existed before the bucket's rules, or whose replication failed.
 * The role lists those objects and initiates their replication. It does not read or write objects: the replication role does, by the
 * bucket's rules. With `reEncrypt`, jobs may first re-encrypt objects under the bucket's key.
 * Sources: S3 user guide, Configuring an IAM role for S3 Batch Replication; Updating server-side encryption for existing data.
 */
export class BatchReplicationRole extends Construct implements IRole {
  readonly roleArn: string;
  readonly roleName: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: BatchReplicationRoleProps) {
    super(scope, id);
    checkRoleName(this, props.roleName);
    const { reports } = props;
    if (reports?.prefix !== undefined)
      checkText(
        this,
        "reports.prefix",
        reports.prefix,
        PREFIX,
        "at most 512 characters that are safe in keys",
      );
    const { reEncrypt } = props;
    const access: BatchReplicationAccess = {
      bucketArn: props.source.bucketArn,
      ...(reEncrypt === undefined
        ? {}
        : {
            reEncrypt: {
              region: reEncrypt.region,
              keyArn: reEncrypt.key.keyArn,
              otherKeyArns: (reEncrypt.otherKeys ?? []).map(({ keyArn }) => keyArn),
            },
          }),
      ...(reports === undefined
        ? {}
        : { reports: { bucketArn: reports.bucketArn, prefix: reports.prefix ?? "" } }),
    };
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const role = new IamRole(this, "Resource", {
      name: props.roleName,
      assumeRolePolicy: documentText(this, batchReplicationTrust(access)),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    new IamRolePolicy(this, "Policy", {
      name: "batch-replication",
      role: role.name,
      policy: documentText(this, batchReplicationPolicy(access)),
      ...placement,
    });
    this.roleArn = role.arn;
    this.roleName = props.roleName;
  }
}
