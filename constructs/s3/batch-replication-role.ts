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

/** Characters of a prefix, as S3 Batch Operations take one. Source: S3 API reference, JobReport. */
const PREFIX = /^[\w!.*'()/-]{0,512}$/;

export interface BatchReplicationRoleProps {
  /** Its path is `/`. */
  readonly roleName: string;
  /** The bucket whose objects are replicated, by its own rules: a `BucketReplication` makes them. */
  readonly source: Pick<IBucket, "bucketArn">;
  /**
   * Objects that jobs may put under the bucket's key before they are replicated (UpdateObjectEncryption): those under SSE-S3, and
   * those under `otherKeys`. All keys are of the bucket's account and Region. @default - none
   */
  readonly reEncrypt?: {
    /** Region of the bucket. */
    readonly region: string;
    /** The key that objects are put under. */
    readonly key: Pick<IKey, "keyArn">;
    /** Keys that objects are under before. @default [] */
    readonly otherKeys?: readonly Pick<IKey, "keyArn">[];
  };
  /**
   * Where completion reports go, a bucket of the same account and Region that takes objects under SSE-S3: an `EncryptedBucket` does
   * not.
   * @default - no job writes one
   */
  readonly reports?: {
    readonly bucketArn: string;
    /** Ends with a slash. @default "" */ readonly prefix?: string;
  };
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the source's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * The role of S3 Batch Replication jobs, which replicate what was in a bucket before its rules, or what has failed: it finds those
 * objects and has them replicated. It reads and writes none itself: the replication role does, by the bucket's rules. With `reEncrypt`
 * jobs may put objects under the bucket's key before.
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
