import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import type { KmsReplicaExternalKey } from "@cdktf/provider-aws/lib/kms-replica-external-key";
import type { KmsReplicaKey, KmsReplicaKeyConfig } from "@cdktf/provider-aws/lib/kms-replica-key";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { KeyEnvironment } from "../../policy";
import { checkRange } from "../props";
import type { IKey } from "./key";
import { KeyGrants } from "./key-grants";
import { ProviderEnvironment } from "../environment";
import { DELETION_WINDOW } from "./key-limits";

/** Props of a replica of a multi-Region key. */
export interface ReplicaKeyProps {
  /** Provider of the primary key's account in the replica's Region. */
  readonly provider: TerraformProvider;
  /** Description of the replica; shown in the console. @default - the primary key's */
  readonly description?: string;
  /**
   * The partition, account and Region of the replica, if they are known at synthesis. Its key policy is then known before a plan is made.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * Whether the replica is enabled; AWS does not share this state with the primary key. A replica without key material cannot be
   * disabled. @default true
   */
  readonly enabled?: boolean;
  /** Whether only IAM of the key's account decides who may use the replica, and the primary key's `grants` do not apply to it. @default false */
  readonly ownerOnly?: boolean;
  /**
   * Days from the removal of the replica until KMS deletes it, 7 to 30. Source: KMS API reference, ScheduleKeyDeletion.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export type ReplicaResource = KmsReplicaKey | KmsReplicaExternalKey;

/** Properties that a replica has in common with its primary key. */
export interface PrimaryKey {
  readonly keyArn: string;
  readonly alias: string;
  readonly description: string;
  readonly grants: KeyGrants;
  /** Whether a plan that would destroy the replica fails. */
  readonly isRetained: boolean;
  /** Creates Terraform's resource of the replica, whose type depends on the origin of the key material. */
  makeReplica(scope: Construct, id: string, config: KmsReplicaKeyConfig): ReplicaResource;
  /** The same key policy, adapted to the Region of another environment; undefined: AWS's default key policy. */
  policyIn(environment: KeyEnvironment, grants: KeyGrants): string | undefined;
}

/**
 * A replica of a multi-Region key in another Region. It has the same key id and key material, its own ARN, the primary key's
 * policy, adapted to its Region, and the same alias. `CustomerManagedKey.addReplica` creates it. `ImportedKey.addReplica` creates
 * it without key material: the same material must be imported into it separately.
 * EBS and S3 treat it as a separate key: a copy into its Region is still re-encrypted.
 * Source: KMS developer guide, Multi-Region keys; KMS API reference, ReplicateKey.
 */
export class ReplicaKey extends Construct implements IKey {
  readonly keyArn: string;
  /** The primary key's id, `mrk-` and 32 hexadecimal digits. */
  readonly keyId: string;
  /** The grants of the primary key, which apply to all of its replicas. With `ownerOnly`, the replica's own. */
  readonly grants: KeyGrants;
  readonly environment: KeyEnvironment;
  private readonly resource: ReplicaResource;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(
    scope: Construct,
    id: string,
    private readonly primary: PrimaryKey,
    props: ReplicaKeyProps,
  ) {
    super(scope, id);
    const { provider } = props;
    checkRange(this, "deletionWindowInDays", props.deletionWindowInDays, DELETION_WINDOW);
    this.grants = props.ownerOnly === true ? new KeyGrants(this, () => this.writePolicy()) : primary.grants;
    this.environment = props.environment ?? new ProviderEnvironment(this, provider);
    this.resource = primary.makeReplica(this, "Resource", {
      primaryKeyArn: primary.keyArn,
      description: props.description ?? primary.description,
      deletionWindowInDays: props.deletionWindowInDays ?? DELETION_WINDOW.max,
      ...(props.enabled === false ? { enabled: false } : {}),
      ...(primary.isRetained ? { lifecycle: { preventDestroy: true } } : {}),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      provider,
    });
    this.writePolicy();
    new KmsAlias(this, "Alias", { name: primary.alias, targetKeyId: this.resource.keyId, provider });
    this.keyArn = this.resource.arn;
    this.keyId = this.resource.keyId;
  }

  /** Updates its policy to the current policy of the primary key. */
  writePolicy(): void {
    const policy = this.primary.policyIn(this.environment, this.grants);
    if (policy !== undefined) this.resource.policy = policy;
  }
}
