import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import {
  DELETION_GUARD,
  keyReferenceId,
  proofTarget,
  renderPolicy,
  terraformTarget,
  type Statement,
} from "../../policy";
import { accountPrincipal } from "../../core/arn";
import { KeyferryError } from "../../core/errors";
import { checkRange, checkText, propError, type Range } from "../props";
import type { IKey } from "./key";

/** Source: KMS API reference, ScheduleKeyDeletion. */
const DELETION_WINDOW = { min: 7, max: 30, unit: "days" } satisfies Range;
/** Source: KMS API reference, EnableKeyRotation. */
const ROTATION_PERIOD: Range = { min: 90, max: 2560, unit: "days" };
/** Characters of a key policy. Source: KMS developer guide, Resource quotas, "Key policy document size". */
const MAX_POLICY_SIZE = 32_768;
/** Source: KMS API reference, CreateAlias. */
const ALIAS = /^alias\/(?!aws\/)[\w/-]{1,250}$/;

export interface CustomerManagedKeyProps {
  /** The name by which the key is found, with its prefix: `alias/app-data`. */
  readonly alias: string;
  /** What the key is for; shown in the console. */
  readonly description: string;
  /**
   * Statements of the key policy, which REPLACE AWS's default one. LEAVE THE OWN ACCOUNT IN (`kms:*` for the account
   * principal), OR NOBODY CAN CHANGE THE KEY ANY MORE.
   * @default - AWS's default key policy: the account's IAM decides
   */
  readonly policy?: readonly Statement[];
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
   * Days for which a key that is removed waits for its deletion, 7 to 30; until then it can be kept with
   * `CancelKeyDeletion`. Source: KMS API reference, ScheduleKeyDeletion.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /** @default - only the provider's default tags */
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

  /** A key that another stack or team owns. The plan fails while it does not exist. */
  static fromAlias(scope: Construct, id: string, props: KeyLookupProps): IKey {
    const alias = new DataAwsKmsAlias(scope, id, {
      name: props.alias,
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    return { keyArn: alias.targetKeyArn, keyId: alias.targetKeyId };
  }

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps) {
    super(scope, id);
    checkText(
      this,
      "alias",
      props.alias,
      ALIAS,
      "alias/ and 1 to 250 letters, digits or /_-, not alias/aws/",
    );
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
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const policy = this.guarded(props);
    const key = new KmsKey(this, "Resource", {
      description: props.description,
      enableKeyRotation,
      deletionWindowInDays: props.deletionWindowInDays ?? DELETION_WINDOW.max,
      ...(props.rotationPeriodInDays === undefined
        ? {}
        : { rotationPeriodInDays: props.rotationPeriodInDays }),
      ...(policy === undefined ? {} : { policy: this.policyText(policy) }),
      ...(props.enabled === false ? { isEnabled: false } : {}),
      ...(props.removalPolicy === "destroy" ? {} : { lifecycle: { preventDestroy: true } }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    new KmsAlias(this, "Alias", { name: props.alias, targetKeyId: key.keyId, ...placement });
    this.keyArn = key.arn;
    this.keyId = key.keyId;
    this.alias = props.alias;
  }

  /** The key policy with the guard exactly where the key is to be retained; undefined: AWS's default one. */
  private guarded({
    policy,
    removalPolicy,
    provider,
  }: CustomerManagedKeyProps): readonly Statement[] | undefined {
    if (removalPolicy === "destroy") return policy?.filter(({ sid }) => sid !== DELETION_GUARD.sid);
    const statements = policy ?? [this.defaultStatement(provider)];
    return statements.some(({ sid }) => sid === DELETION_GUARD.sid)
      ? statements
      : [...statements, DELETION_GUARD];
  }

  /** AWS's default key policy. Source: KMS developer guide, Default key policy. */
  private defaultStatement(provider: TerraformProvider | undefined): Statement {
    const placement = provider === undefined ? {} : { provider };
    const { accountId } = new DataAwsCallerIdentity(this, "Account", placement);
    const { partition } = new DataAwsPartition(this, "Partition", placement);
    return {
      sid: "AccountDecidesByIam",
      effect: "Allow",
      principal: { AWS: [accountPrincipal(partition, accountId)] },
      actions: ["kms:*"],
      resources: ["*"],
    };
  }

  private policyText(statements: readonly Statement[]): string {
    const size = JSON.stringify(renderPolicy(statements, proofTarget)).length;
    if (size > MAX_POLICY_SIZE) {
      throw propError(
        this,
        "policy",
        `${size} characters long`,
        `at most ${MAX_POLICY_SIZE} characters`,
        "let fewer accounts in, or use one key per group of accounts",
      );
    }
    const target = terraformTarget((key) => {
      throw new KeyferryError(
        `${this.node.path}: a key policy speaks of its own key, not of ${keyReferenceId(key)}`,
        {
          code: "PropInvalid",
          source: "user",
          fix: 'write the resource as "*", which means this key',
        },
      );
    });
    return JSON.stringify(renderPolicy(statements, target));
  }
}
