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

/** A replica of a multi-Region key: where it is, and what of it is its own. */
export interface ReplicaKeyProps {
  /** Provider of the primary key's account in the replica's Region. */
  readonly provider: TerraformProvider;
  /** What the replica is for; shown in the console. @default - the primary key's */
  readonly description?: string;
  /**
   * The partition, account and Region of the replica, where they are known: then its key policy is known before a plan is made.
   * @default - read from AWS by each plan, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * Whether the replica can be used; AWS does not share this state with the primary key. One without its key material cannot be
   * disabled. @default true
   */
  readonly enabled?: boolean;
  /** Whether it lets nobody in but whom its account's IAM does, whatever the primary key's `grants` say. @default false */
  readonly ownerOnly?: boolean;
  /**
   * Days for which a replica that is removed waits for its deletion, 7 to 30. Source: KMS API reference, ScheduleKeyDeletion.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export type ReplicaResource = KmsReplicaKey | KmsReplicaExternalKey;

/** What a replica has in common with its primary key. */
export interface PrimaryKey {
  readonly keyArn: string;
  readonly alias: string;
  readonly description: string;
  readonly grants: KeyGrants;
  /** Whether no plan may destroy it. */
  readonly isRetained: boolean;
  /** Terraform's resource of a replica: it depends on whose key material the key has. */
  makeReplica(scope: Construct, id: string, config: KmsReplicaKeyConfig): ReplicaResource;
  /** The same key policy, fitted to the Region of another environment; undefined: AWS's default one. */
  policyIn(environment: KeyEnvironment, grants: KeyGrants): string | undefined;
}

/**
 * A related key of a multi-Region key in another Region: the same key id and key material under an ARN of its own, with the
 * primary key's policy, fitted to its Region, and the same alias. Made by `CustomerManagedKey.addReplica`, and by
 * `ImportedKey.addReplica` without key material: it needs an import of its own, of the same material.
 * EBS and S3 treat it as any other key of its Region: a copy into its Region is encrypted anew all the same.
 * Source: KMS developer guide, Multi-Region keys; KMS API reference, ReplicateKey.
 */
export class ReplicaKey extends Construct implements IKey {
  readonly keyArn: string;
  /** The primary key's id, `mrk-` and 32 hexadecimal digits. */
  readonly keyId: string;
  /** Those of the primary key: whom one of them lets in, all do. With `ownerOnly` its own. */
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

  /** Gives it the primary key's policy as it is now. */
  writePolicy(): void {
    const policy = this.primary.policyIn(this.environment, this.grants);
    if (policy !== undefined) this.resource.policy = policy;
  }
}
