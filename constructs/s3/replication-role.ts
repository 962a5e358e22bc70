import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import {
  replicationPolicy,
  replicationTrust,
  type ReplicationAccess,
  type ReplicationTarget,
} from "../../policy";
import type { IRole } from "../iam";
import { MAX_INLINE_SIZE, policySize } from "../../policy/pages";
import type { IKey } from "../kms";
import { propError } from "../props";
import { checkRoleName } from "../role-of-another-account";
import { documentText } from "./bucket-policy-text";
import type { IBucket } from "./bucket";

/** A bucket into which a role writes replicas. */
export interface ReplicationRoleDestination {
  /** The destination bucket of the replicas. */
  readonly bucket: IBucket;
  /** Keys that encrypt the replicas. @default - the bucket's own key */
  readonly keys?: readonly IKey[];
  /** Whether delete markers are replicated into it. @default false */
  readonly deleteMarkers?: boolean;
  /** Whether the owner of the destination bucket becomes the owner of the replicas. @default - true, unless both buckets are known to be in the same account */
  readonly ownerOverride?: boolean;
}

export interface ReplicationRoleProps {
  /** Name of the role. Its path is `/`. */
  readonly roleName: string;
  /** The bucket whose objects are replicated. */
  readonly source: IBucket;
  /** Keys that objects of the source are encrypted under, if there are others than the bucket's own. @default - the bucket's own key */
  readonly sourceKeys?: readonly IKey[];
  /** The destinations of the replicas. */
  readonly destinations: readonly ReplicationRoleDestination[];
  /** Whether the source has S3 Object Lock; every destination must then also have it. @default false */
  readonly objectLock?: boolean;
  /**
   * Whether S3 can assume the role only for the source bucket (`aws:SourceAccount`, `aws:SourceArn`). AWS's documentation of replication
   * does not say that S3 sends these condition keys: TEST IT WITH ONE OBJECT, because every replication fails if S3 does not send them.
   * @default false
   */
  readonly trustOnlySource?: boolean;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the source's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * The role that S3 assumes to replicate. It reads the source, decrypts objects under the source's keys, and encrypts replicas under the
 * destinations' keys. Each key is named by its ARN, and may be used only through S3 of its Region and for objects of that bucket.
 * Buckets and keys of other accounts must also allow it (`bucket.grants.allowReplicationFrom`, `key.grants.allowReplicasIn`).
 * Source: S3 user guide, Setting up permissions for live replication.
 */
export class ReplicationRole extends Construct implements IRole {
  readonly roleArn: string;
  readonly roleName: string;
  /** 12-digit id of the role's account, which is the source's account. */
  readonly account: string;
  /** Resources that must be deployed before anything is replicated. */
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: ReplicationRoleProps) {
    super(scope, id);
    checkRoleName(this, props.roleName);
    const access = accessOf(props);
    const size = policySize(replicationPolicy(access));
    if (size > MAX_INLINE_SIZE) {
      throw propError(
        this,
        "destinations",
        `so many that the policy is ${size} characters long`,
        `at most ${MAX_INLINE_SIZE} characters`,
      );
    }
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const role = new IamRole(this, "Resource", {
      name: props.roleName,
      assumeRolePolicy: documentText(this, replicationTrust(access)),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    const policy = new IamRolePolicy(this, "Policy", {
      name: "replication",
      role: role.name,
      policy: documentText(this, replicationPolicy(access)),
      ...placement,
    });
    this.roleArn = role.arn;
    this.roleName = props.roleName;
    this.account = props.source.environment.account;
    this.readiness = [policy];
  }
}

/** Whether two buckets may be in different accounts; values that only a plan knows are compared as expressions. */
export function isAcrossAccounts(source: IBucket, destination: IBucket): boolean {
  return source.environment.account !== destination.environment.account;
}

function accessOf({
  source,
  sourceKeys,
  destinations,
  objectLock,
  trustOnlySource,
}: ReplicationRoleProps): ReplicationAccess {
  const { account, region } = source.environment;
  return {
    source: {
      account,
      region,
      bucketArn: source.bucketArn,
      keyArns: arnsOf(sourceKeys ?? [source.encryptionKey]),
    },
    destinations: destinations.map(({ bucket, keys, deleteMarkers, ownerOverride }): ReplicationTarget => ({
      region: bucket.environment.region,
      bucketArn: bucket.bucketArn,
      keyArns: arnsOf(keys ?? [bucket.encryptionKey]),
      deleteMarkers: deleteMarkers ?? false,
      ownerOverride: ownerOverride ?? isAcrossAccounts(source, bucket),
    })),
    objectLock: objectLock ?? false,
    trustedForSourceOnly: trustOnlySource ?? false,
  };
}

function arnsOf(keys: readonly IKey[]): readonly string[] {
  return keys.map(({ keyArn }) => keyArn);
}
