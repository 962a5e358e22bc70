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

/** What happens to the material is not Terraform's. */
const OUTSIDE_TERRAFORM = ["key_material_base64", "valid_to"];

/** As for any key, but for rotation, which KMS does not do with imported material, and being disabled before it has any. */
export interface ImportedKeyProps extends Omit<
  CustomerManagedKeyProps,
  "enabled" | "enableKeyRotation" | "rotationPeriodInDays" | "multiRegion"
> {
  /**
   * Whether it is the primary key of a multi-Region key. Cannot change once the key exists. @default false
   */
  readonly multiRegion?: boolean;
  /**
   * `false` disables it, which KMS refuses before it has its material. Left out it stays as it is: no deployment can enable a key whose
   * material has expired.
   * @default - as KMS has it
   */
  readonly enabled?: false;
}

/**
 * A symmetric encryption key whose material you bring (`Origin` EXTERNAL), with its alias. Terraform makes it without material, in
 * the state `PendingImport`; `keyferry keys import` brings the bytes, which so are never in Terraform's state. What happens to the
 * material outside Terraform, its expiry included, is no change to a plan.
 *
 * YOU KEEP THE MATERIAL: AWS does not give it back. A key whose material has expired or was deleted is usable again only with the
 * same bytes. Most keys need none of this: KMS makes better material, and rotates it.
 * Source: KMS developer guide, Importing key material.
 */
export class ImportedKey extends Construct implements IKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** With its prefix. */
  readonly alias: string;
  readonly environment: KeyEnvironment;
  /** Lets others use the key, by what they do with it. */
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
   * Makes a replica of a multi-Region key in another Region, without key material: under the same alias, with the same policy, fitted to
   * its Region, and with what `grants` are given now and later. KMS MAKES NONE BEFORE THE PRIMARY KEY HAS ITS MATERIAL: deploy the key,
   * import the material, then add the replica and import the same material again, which goes into each key for itself.
   * @param id of the construct, below the key's
   * @throws KeyferryError PropInvalid when the key is not a multi-Region key, its policy speaks of one Region, or AWS would refuse a prop
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

  /** The key policy, for the key or a replica; undefined: AWS's default one. */
  private policyIn(environment: KeyEnvironment, grants: KeyGrants): string | undefined {
    return keyPolicyText(this, this.props, environment, grants);
  }
}
