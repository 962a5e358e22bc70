import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsExternalKey } from "@cdktf/provider-aws/lib/kms-external-key";
import { KmsReplicaExternalKey } from "@cdktf/provider-aws/lib/kms-replica-external-key";
import { Construct } from "constructs";
import type { KeyEnvironment } from "../../policy";
import { checkRange } from "../props";
import type { CustomerManagedKeyProps } from "./customer-managed-key";
import type { IKey } from "./key";
import { checkAlias } from "./key-alias";
import { ProviderEnvironment } from "../environment";
import { KeyGrants } from "./key-grants";
import { DELETION_WINDOW } from "./key-limits";
import { keyPolicyText } from "./key-policy-text";
import { ReplicaKey, type ReplicaKeyProps } from "./replica-key";
import { checkReplica } from "./replica-problems";

/** Terraform does not manage the key material. */
const OUTSIDE_TERRAFORM = ["key_material_base64", "valid_to"];

/** The props of any key, except rotation, which KMS does not support for imported material, and disabling before an import. */
export interface ImportedKeyProps extends Omit<
  CustomerManagedKeyProps,
  "enabled" | "enableKeyRotation" | "rotationPeriodInDays" | "multiRegion"
> {
  /**
   * Whether the key is the primary key of a multi-Region key. Cannot change once the key exists. @default false
   */
  readonly multiRegion?: boolean;
  /**
   * `false` disables the key; KMS refuses this before the material is imported. If left out, the state of the key is not changed,
   * because a deployment cannot enable a key whose material has expired.
   * @default - not changed
   */
  readonly enabled?: false;
}

/**
 * A symmetric encryption key with imported key material (`Origin` EXTERNAL), with an alias. Terraform creates it without material,
 * in the state `PendingImport`. `keyferry keys import` imports the material, so it is never in Terraform's state. Changes to the
 * material outside Terraform, including its expiry, do not appear in a plan.
 *
 * KEEP A COPY OF THE MATERIAL: AWS does not return it. If the material has expired or was deleted, the key can be used again only
 * after the same material is imported again. Most keys do not need this: KMS generates better material and rotates it.
 * Source: KMS developer guide, Importing key material.
 */
export class ImportedKey extends Construct implements IKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** The key's alias, with its prefix. */
  readonly alias: string;
  readonly environment: KeyEnvironment;
  /** Allows other principals to use the key, by purpose. */
  readonly grants: KeyGrants;
  private readonly props: ImportedKeyProps;
  private readonly replicas: ReplicaKey[] = [];

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: ImportedKeyProps) {
    super(scope, id);
    checkAlias(this, props.alias);
    checkRange(this, "deletionWindowInDays", props.deletionWindowInDays, DELETION_WINDOW);
    this.props = props;
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    this.environment = props.environment ?? new ProviderEnvironment(this, props.provider);
    const granted = () => {
      const policy = this.policyIn(this.environment, this.grants);
      return policy === undefined ? {} : { policy };
    };
    this.grants = new KeyGrants(this, () => {
      Object.assign(key, granted());
      for (const replica of this.replicas) replica.writePolicy();
    });
    const key = new KmsExternalKey(this, "Resource", {
      description: props.description,
      deletionWindowInDays: props.deletionWindowInDays ?? DELETION_WINDOW.max,
      ...granted(),
      ...(props.multiRegion === true ? { multiRegion: true } : {}),
      ...(props.enabled === false ? { enabled: false } : {}),
      lifecycle: {
        ignoreChanges: OUTSIDE_TERRAFORM,
        ...(props.removalPolicy === "destroy" ? {} : { preventDestroy: true }),
      },
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    new KmsAlias(this, "Alias", { name: props.alias, targetKeyId: key.id, ...placement });
    this.keyArn = key.arn;
    this.keyId = key.id;
    this.alias = props.alias;
  }

  /**
   * Creates a replica of a multi-Region key in another Region, without key material. It has the same alias, the same policy, adapted to
   * its Region, and all `grants`, including later ones. KMS CREATES NO REPLICA BEFORE THE PRIMARY KEY HAS ITS MATERIAL: deploy the key,
   * import the material, then add the replica and import the same material into it; each key needs its own import.
   * @param id of the construct, below the key's
   * @throws KeyferryError PropInvalid when the key is not a multi-Region key, its policy names one Region, or AWS would refuse a prop
   */
  addReplica(id: string, props: ReplicaKeyProps): ReplicaKey {
    checkReplica(this, this.props, props);
    const { description, removalPolicy } = this.props;
    const replica = new ReplicaKey(
      this,
      id,
      {
        keyArn: this.keyArn,
        alias: this.alias,
        grants: this.grants,
        description,
        isRetained: removalPolicy !== "destroy",
        makeReplica: (scope, resource, { lifecycle, ...config }) =>
          new KmsReplicaExternalKey(scope, resource, {
            ...config,
            lifecycle: { ...lifecycle, ignoreChanges: OUTSIDE_TERRAFORM },
          }),
        policyIn: (environment, grants) => this.policyIn(environment, grants),
      },
      props,
    );
    this.replicas.push(replica);
    return replica;
  }

  /** The policy of the key or of a replica; undefined: AWS's default key policy. */
  private policyIn(environment: KeyEnvironment, grants: KeyGrants): string | undefined {
    return keyPolicyText(this, this.props, environment, grants);
  }
}
