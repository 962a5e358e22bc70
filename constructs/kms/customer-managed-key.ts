import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { KmsReplicaKey } from "@cdktf/provider-aws/lib/kms-replica-key";
import { Fn, Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { KeyEnvironment, Statement } from "../../policy";
import { checkRange, propError } from "../props";
import type { IKey } from "./key";
import { checkAlias } from "./key-alias";
import { checkKeyArn } from "./key-arn";
import { ProviderEnvironment } from "../environment";
import { KeyGrants } from "./key-grants";
import { DELETION_WINDOW, ROTATION_PERIOD } from "./key-limits";
import { keyPolicyText } from "./key-policy-text";
import { ReplicaKey, type ReplicaKeyProps } from "./replica-key";
import { checkReplica } from "./replica-problems";

export interface CustomerManagedKeyProps {
  /** The key's alias, with its prefix: `alias/app-data`. */
  readonly alias: string;
  /** Description of the key; shown in the console. */
  readonly description: string;
  /**
   * Statements of the key policy. They REPLACE AWS's default key policy; the statements of `grants` are added. KEEP ACCESS FOR
   * THE KEY'S OWN ACCOUNT (`kms:*` for the account principal), OR THE KEY CAN NO LONGER BE CHANGED. A function is called with
   * the environment of the key, and of each replica.
   * @default - AWS's default key policy, by which the account's IAM decides, and the statements of `grants`
   */
  readonly policy?: readonly Statement[] | ((environment: KeyEnvironment) => readonly Statement[]);
  /**
   * The partition, account and Region of the key, if they are known at synthesis. The key policy is then known before a plan is made.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * What happens to the key when this construct is removed or its id or path changes. `retain`: nothing; the plan fails, or
   * the apply fails because the key policy has `DELETION_GUARD`, which denies the deletion to all principals, including
   * administrators outside Terraform. `destroy`: the key is scheduled for deletion. To delete a key, first deploy it with
   * `destroy`, then remove it.
   * @default "retain"
   */
  readonly removalPolicy?: "retain" | "destroy";
  /** Whether the key is enabled. Data under a disabled key is kept, but cannot be read. @default true */
  readonly enabled?: boolean;
  /** Whether KMS rotates the key material automatically; existing copies stay readable. @default true */
  readonly enableKeyRotation?: boolean;
  /** Days between two rotations, 90 to 2560. @default - AWS's default, 365 days */
  readonly rotationPeriodInDays?: number;
  /**
   * Whether the key can have replicas in other Regions (`addReplica`). This cannot change once the key exists: a plan would have
   * to replace the key, and is refused. The account needs the service-linked role
   * `AWSServiceRoleForKeyManagementServiceMultiRegionKeys`, which KMS creates if the deploy role has
   * `iam:CreateServiceLinkedRole`. Source: KMS developer guide, Multi-Region keys.
   * @default false
   */
  readonly multiRegion?: boolean;
  /**
   * Days from the removal of the key until KMS deletes it, 7 to 30. Until then, `CancelKeyDeletion` can cancel the deletion.
   * Source: KMS API reference, ScheduleKeyDeletion.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the key. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** How an existing key is found by its alias. */
export interface KeyLookupProps {
  /** The key's alias, with its prefix: `alias/app-data`. */
  readonly alias: string;
  /** Provider of the account and Region of the key. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A symmetric encryption key of the account, with an alias. Terraform cannot destroy it unless `removalPolicy` is `destroy`.
 * To keep a key but no longer manage it, remove it from Terraform with a `removed` block that has `destroy = false`.
 *
 * IMPORTANT: WITH `removalPolicy: "destroy"`, REMOVING THIS CONSTRUCT, OR CHANGING ITS ID OR PATH, SCHEDULES THE KEY FOR
 * DELETION. AFTER THE WAITING PERIOD, EVERY SNAPSHOT, IMAGE AND VOLUME UNDER IT IS LOST.
 */
export class CustomerManagedKey extends Construct implements IKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** The key's alias, with its prefix. */
  readonly alias: string;
  /** Allows other principals to use the key and its replicas, by purpose. */
  readonly grants: KeyGrants;
  private readonly props: CustomerManagedKeyProps;
  readonly environment: KeyEnvironment;
  private readonly replicas: ReplicaKey[] = [];

  /** A key that another stack or team owns, found by its alias. The plan fails if it does not exist. */
  static fromAlias(scope: Construct, id: string, props: KeyLookupProps): IKey {
    const alias = new DataAwsKmsAlias(scope, id, {
      name: props.alias,
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    // An alias and its key always belong to the same account and Region.
    const environment = new ProviderEnvironment(alias, props.provider);
    return { keyArn: alias.targetKeyArn, keyId: alias.targetKeyId, environment };
  }

  /**
   * A key that another stack or team owns, by its ARN; nothing is read from AWS.
   * @throws KeyferryError PropInvalid for the ARN of an alias, which does not work in identity policies
   */
  static fromKeyArn(scope: Construct, keyArn: string): IKey {
    checkKeyArn(scope, keyArn);
    const id = Token.isUnresolved(keyArn)
      ? Token.asString(Fn.element(Fn.split("/", keyArn), 1))
      : keyArn.slice(keyArn.indexOf("/") + 1);
    return { keyArn, keyId: id };
  }

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps) {
    super(scope, id);
    checkAlias(this, props.alias);
    checkRange(this, "deletionWindowInDays", props.deletionWindowInDays, DELETION_WINDOW);
    checkRange(this, "rotationPeriodInDays", props.rotationPeriodInDays, ROTATION_PERIOD);
    const enableKeyRotation = props.enableKeyRotation ?? true;
    if (!enableKeyRotation && props.rotationPeriodInDays !== undefined) {
      throw propError(
        this,
        "rotationPeriodInDays",
        String(props.rotationPeriodInDays),
        "none without rotation",
      );
    }
    this.props = props;
    this.environment = props.environment ?? new ProviderEnvironment(this, props.provider);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const granted = () => {
      const policy = this.policyIn(this.environment, this.grants);
      return policy === undefined ? {} : { policy };
    };
    this.grants = new KeyGrants(this, () => {
      Object.assign(key, granted());
      for (const replica of this.replicas) replica.writePolicy();
    });
    const key = new KmsKey(this, "Resource", {
      description: props.description,
      enableKeyRotation,
      deletionWindowInDays: props.deletionWindowInDays ?? DELETION_WINDOW.max,
      ...(props.rotationPeriodInDays === undefined
        ? {}
        : { rotationPeriodInDays: props.rotationPeriodInDays }),
      ...granted(),
      ...(props.enabled === false ? { isEnabled: false } : {}),
      ...(props.multiRegion === true ? { multiRegion: true } : {}),
      ...(props.removalPolicy === "destroy" ? {} : { lifecycle: { preventDestroy: true } }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    new KmsAlias(this, "Alias", { name: props.alias, targetKeyId: key.keyId, ...placement });
    this.keyArn = key.arn;
    this.keyId = key.keyId;
    this.alias = props.alias;
  }

  /**
   * Creates a replica of a multi-Region key in another Region. It has the same alias, the same policy, adapted to its Region, and
   * all `grants`, including later ones. `removalPolicy` of the key also applies to the replica.
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
        makeReplica: (...resource) => new KmsReplicaKey(...resource),
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
