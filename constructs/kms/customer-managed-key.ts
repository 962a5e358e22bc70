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
  /** The name by which the key is found, with its prefix: `alias/app-data`. */
  readonly alias: string;
  /** What the key is for; shown in the console. */
  readonly description: string;
  /**
   * Statements of the key policy, which REPLACE AWS's default one; those of `grants` are added. LEAVE THE OWN ACCOUNT IN
   * (`kms:*` for the account principal), OR NOBODY CAN CHANGE THE KEY ANY MORE. As a function, they are made for the key's
   * environment, and for each replica's.
   * @default - AWS's default key policy: the account's IAM decides, and whom `grants` let in
   */
  readonly policy?: readonly Statement[] | ((environment: KeyEnvironment) => readonly Statement[]);
  /**
   * The partition, account and Region of the key, where they are known: then the key policy is known before a plan is made.
   * @default - read from AWS by each plan, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * What happens to the key when this construct is removed or its id or path changes. `retain`: nothing does; the plan
   * fails, or the apply does, because the key policy has `DELETION_GUARD`, which refuses the deletion to everybody, an
   * administrator outside Terraform included. `destroy`: its deletion is scheduled. To delete a key, deploy it with
   * `destroy` first, and remove it then.
   * @default "retain"
   */
  readonly removalPolicy?: "retain" | "destroy";
  /** Whether the key can be used; one that is disabled keeps everything that is under it. @default true */
  readonly enabled?: boolean;
  /** Whether KMS makes new key material from time to time; old copies stay readable. @default true */
  readonly enableKeyRotation?: boolean;
  /** Days between two rotations, 90 to 2560. @default - AWS's own period, 365 days */
  readonly rotationPeriodInDays?: number;
  /**
   * Whether the key can have replicas in other Regions (`addReplica`). A key that exists can neither become a multi-Region key
   * nor stop being one: a plan would replace it, and is refused. The account needs the service-linked role
   * `AWSServiceRoleForKeyManagementServiceMultiRegionKeys`, which KMS makes where the deploy role has
   * `iam:CreateServiceLinkedRole`. Source: KMS developer guide, Multi-Region keys.
   * @default false
   */
  readonly multiRegion?: boolean;
  /**
   * Days for which a key that is removed waits for its deletion, 7 to 30; until then it can be kept with
   * `CancelKeyDeletion`. Source: KMS API reference, ScheduleKeyDeletion.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region in which the key lives. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** How an existing key is found. */
export interface KeyLookupProps {
  /** With its prefix: `alias/app-data`. */
  readonly alias: string;
  /** Provider of the account and Region in which the key lives. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A symmetric encryption key of the account with its alias. Terraform cannot destroy it, unless `removalPolicy` is
 * `destroy`; to leave a key to AWS, take it out of Terraform with a `removed` block that has `destroy = false`.
 *
 * IMPORTANT: WITH `removalPolicy: "destroy"`, REMOVING THIS CONSTRUCT, OR CHANGING ITS ID OR PATH, SCHEDULES THE KEY FOR
 * DELETION. WHEN THE WINDOW IS OVER, EVERY SNAPSHOT, IMAGE AND VOLUME UNDER IT IS LOST.
 */
export class CustomerManagedKey extends Construct implements IKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** With its prefix. */
  readonly alias: string;
  /** Lets others use the key, and its replicas, by what they do with it. */
  readonly grants: KeyGrants;
  private readonly props: CustomerManagedKeyProps;
  readonly environment: KeyEnvironment;
  private readonly replicas: ReplicaKey[] = [];

  /** A key that another stack or team owns. The plan fails while it does not exist. */
  static fromAlias(scope: Construct, id: string, props: KeyLookupProps): IKey {
    const alias = new DataAwsKmsAlias(scope, id, {
      name: props.alias,
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    // An alias and its key are always of one account and Region.
    const environment = new ProviderEnvironment(alias, props.provider);
    return { keyArn: alias.targetKeyArn, keyId: alias.targetKeyId, environment };
  }

  /**
   * A key that another stack or team owns, by its ARN; nothing is read from AWS.
   * @throws KeyferryError PropInvalid for the ARN of an alias, which AWS takes in no identity policy
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
   * Makes a replica of a multi-Region key in another Region: under the same alias, with the same policy, fitted to its Region,
   * and with what `grants` are given now and later. Removed, or kept, as the key itself is (`removalPolicy`).
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
        makeReplica: (...resource) => new KmsReplicaKey(...resource),
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
