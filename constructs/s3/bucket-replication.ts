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
  /** Where a bucket has rules, these are ALL OF ITS RULES: AWS keeps one replication configuration per bucket. */
  readonly rules: readonly ReplicationRule[];
  /** Name of the role that S3 assumes. @default - `replicate-` and the source's name */
  readonly roleName?: string;
  /** Keys that objects of the source are under, where there are others than the bucket's own. @default - the bucket's own */
  readonly sourceKeys?: readonly IKey[];
  /**
   * Whether the source has S3 Object Lock: replicas then have the retention and the legal hold of their sources. Every destination must
   * have it as well, or every object fails. @default false
   */
  readonly objectLock?: boolean;
  /** See `ReplicationRoleProps`. @default false */
  readonly trustOnlySource?: boolean;
  /**
   * Says that the owners of destination buckets and keys which are not made here put the statements of `policiesFor` into their
   * policies. Without them S3 takes the rules, and every object fails.
   * @default false
   */
  readonly existingPoliciesAllowIt?: boolean;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the source's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** What the owner of a destination in another account has to allow; JSON for `source_policy_documents`, to be merged with what is there. */
export interface DestinationPolicies {
  /** The statements that the policy of the bucket needs, as a JSON document. */
  readonly bucketPolicy: string;
  /** The statements that the policy of its key needs, as a JSON document. */
  readonly keyPolicy: string;
}

/**
 * Replicates a bucket into others, of any account and Region, each replica under the destination's key and its owner's: the
 * replication role, the rules, and in other accounts the bucket policy and the key policy, deployed together.
 *
 * What is there before the rules is not replicated: that takes S3 Batch Replication. Objects under SSE-S3 stay so on their way, and an
 * `EncryptedBucket` refuses them, which fails visibly.
 * Source: S3 user guide, Replicating objects within and across Regions; Replicating encrypted objects.
 */
export class BucketReplication extends Construct {
  /** As which S3 replicates. */
  readonly role: ReplicationRole;

  /** @throws KeyferryError ReplicationInvalid, PropInvalid when AWS would refuse it, or when every object would fail */
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

  /** What the owner of a destination in another account has to allow, where the construct does not make its policies. */
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

  /** Opens the other half of what the role may do; within one account the role's policy is enough. */
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
