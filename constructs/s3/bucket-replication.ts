import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { bucketPolicyForReplication, replicaKeyPolicy } from "../../policy";
import type { IKey } from "../kms";
import { propError } from "../props";
import type { IBucket } from "./bucket";
import { documentText } from "./bucket-policy-text";
import { checkRules } from "./replication-problems";
import { isAcrossAccounts, ReplicationRole, type ReplicationRoleProps } from "./replication-role";
import { keyOfReplicas, prioritised, ruleBlock, type ReplicationRule } from "./replication-rule";

export interface BucketReplicationProps {
  /** The bucket whose objects are replicated. */
  readonly source: IBucket;
  /** ALL RULES of the source bucket: AWS keeps one replication configuration for each bucket. */
  readonly rules: readonly ReplicationRule[];
  /** Name of the role that S3 assumes. @default - `replicate-` and the source's name */
  readonly roleName?: string;
  /** Keys that objects of the source are encrypted under, if there are others than the bucket's own. @default - the bucket's own key */
  readonly sourceKeys?: readonly IKey[];
  /**
   * Whether the source has S3 Object Lock. Replicas then have the retention and the legal hold of their source objects. Every
   * destination must also have it, or the replication of every object fails. @default false
   */
  readonly objectLock?: boolean;
  /** See `ReplicationRoleProps`. @default false */
  readonly trustOnlySource?: boolean;
  /**
   * Confirms that the owners of destination buckets and keys that are not created here have added the statements of `policiesFor` to
   * their policies. Without these statements, S3 accepts the rules, but the replication of every object fails.
   * @default false
   */
  readonly existingPoliciesAllowIt?: boolean;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the source's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** Statements that the owner of a destination in another account must add, as JSON for `source_policy_documents`, to merge with the existing policies. */
export interface DestinationPolicies {
  /** The statements that the bucket policy needs, as a JSON document. */
  readonly bucketPolicy: string;
  /** The statements that the policy of the bucket's key needs, as a JSON document. */
  readonly keyPolicy: string;
}

/**
 * Replicates a bucket into other buckets, of any account and Region. Each replica is under the destination's key and belongs to the
 * destination's owner. It creates the replication role, the rules, and in other accounts the bucket policy and key policy statements.
 *
 * Objects that existed before the rules are not replicated: use S3 Batch Replication for them. Replicas of objects under SSE-S3 are
 * also under SSE-S3; an `EncryptedBucket` refuses them, and their replication fails visibly.
 * Source: S3 user guide, Replicating objects within and across Regions; Replicating encrypted objects.
 */
export class BucketReplication extends Construct {
  /** The role that S3 assumes to replicate. */
  readonly role: ReplicationRole;

  /** @throws KeyferryError ReplicationInvalid, PropInvalid when AWS would refuse it, or when the replication of every object would fail */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: BucketReplicationProps,
  ) {
    super(scope, id);
    const { source, rules } = props;
    checkRules(this, source, rules);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const destinations = [...new Set(rules.map(({ destination }) => destination))];
    this.role = new ReplicationRole(this, "Role", {
      ...roleProps(props, destinations),
      ...(props.tags === undefined ? {} : { tags: props.tags }),
      ...placement,
    });
    for (const destination of destinations) this.letIn(destination);
    new S3BucketReplicationConfigurationA(this, "Resource", {
      bucket: source.bucketName,
      role: this.role.roleArn,
      rule: prioritised(rules).map((rule) => ruleBlock(source, rule)),
      dependsOn: [
        ...this.role.readiness,
        ...source.readiness,
        ...destinations.flatMap(({ readiness }) => readiness),
      ],
      ...placement,
    });
  }

  /** The statements that the owner of a destination in another account must add, if the construct does not create its policies. */
  policiesFor(destination: IBucket): DestinationPolicies {
    const { partition, region } = destination.environment;
    const { account, roleName } = this.role;
    const { bucketArn } = destination;
    const { rules, objectLock = false } = this.props;
    const deleteMarkers = marksDeletes(rules, destination);
    return {
      bucketPolicy: documentText(
        this,
        bucketPolicyForReplication(partition, bucketArn, { account, roleName, deleteMarkers, objectLock }),
      ),
      keyPolicy: documentText(
        this,
        replicaKeyPolicy({ partition, region, writers: [{ account, roleName, bucketArn }] }),
      ),
    };
  }

  /** Adds the statements to the destination's policies; within one account, the role's policy is enough. */
  private letIn(destination: IBucket): void {
    if (!isAcrossAccounts(this.props.source, destination)) return;
    const { rules, objectLock = false, existingPoliciesAllowIt = false } = this.props;
    const deleteMarkers = marksDeletes(rules, destination);
    destination.grants?.allowReplicationFrom(this.role, { deleteMarkers, objectLock });
    const keys = keysInto(rules, destination);
    for (const key of keys) key.grants?.allowReplicasIn(destination, this.role);
    const closed = destination.grants === undefined || keys.some(({ grants }) => grants === undefined);
    if (closed && !existingPoliciesAllowIt) {
      throw propError(
        this,
        "existingPoliciesAllowIt",
        `false, and the policy of ${destination.bucketName} or of its key is not made here`,
        "true once its owner allows it",
        "merge what policiesFor returns into the policies that exist, and set existingPoliciesAllowIt",
      );
    }
  }
}

function roleProps(
  { source, rules, roleName, sourceKeys, objectLock, trustOnlySource }: BucketReplicationProps,
  destinations: readonly IBucket[],
): ReplicationRoleProps {
  return {
    roleName: roleName ?? `replicate-${source.bucketName}`,
    source,
    ...(sourceKeys === undefined ? {} : { sourceKeys }),
    ...(objectLock === undefined ? {} : { objectLock }),
    ...(trustOnlySource === undefined ? {} : { trustOnlySource }),
    destinations: destinations.map((bucket) => ({
      bucket,
      keys: keysInto(rules, bucket),
      deleteMarkers: marksDeletes(rules, bucket),
    })),
  };
}

function keysInto(rules: readonly ReplicationRule[], bucket: IBucket): readonly IKey[] {
  return [...new Set(rules.filter(({ destination }) => destination === bucket).map(keyOfReplicas))];
}

function marksDeletes(rules: readonly ReplicationRule[], bucket: IBucket): boolean {
  return rules.some(({ destination, deleteMarkers }) => destination === bucket && deleteMarkers === true);
}
