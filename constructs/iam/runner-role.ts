import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import {
  type KeyReference,
  overflowPolicyPrefix,
  renderPolicy,
  type Statement,
  terraformTarget,
} from "../../policy";
import type { IKey } from "../kms";
import { checkRange, checkText, propError, type Range } from "../props";
import type { IGrantableRole } from "./role";
import { RolePermissions } from "./role-permissions";
import {
  MAX_INLINE_SIZE,
  MAX_MANAGED_POLICIES,
  MAX_MANAGED_SIZE,
  paginate,
  policySize,
  type PolicyPages,
} from "../../policy/pages";

/** Source: IAM API reference, CreateRole, MaxSessionDuration. */
const SESSION: Range = { min: 3_600, max: 43_200, unit: "seconds (1 to 12 hours)" };
/** Source: IAM API reference, CreateRole, RoleName. */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
/** Characters of a trust policy unless AWS raised it. Source: IAM user guide, IAM and AWS STS quotas. */
const MAX_TRUST_SIZE = 2_048;

export interface RunnerRoleProps {
  /** Unique in the account. */
  readonly roleName: string;
  /** Who may assume the role: statements with a principal and without resources. */
  readonly trust: readonly Statement[];
  /** What the role may do. Keys are named by account, Region and alias; `keyOf` finds them. */
  readonly policy: readonly Statement[];
  /** The key that `policy` names: its ARN is written, NEVER `*`, which would open every key that lets the account in. */
  readonly keyOf: (key: KeyReference) => Pick<IKey, "keyArn">;
  /** What the role is for; shown in the console. @default - none */
  readonly description?: string;
  /**
   * Longest session, 3600 to 43200 seconds. A session from a chained role ends after one hour whatever this says.
   * Source: IAM user guide, Roles terms and concepts, "Role chaining".
   * @default 3600
   */
  readonly maxSessionDurationSeconds?: number;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account in which the role lives. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A role that a program assumes, with its permissions. They stand in one inline policy as long as that has room, then
 * in customer managed policies beside it.
 */
export class RunnerRole extends Construct implements IGrantableRole {
  readonly roleArn: string;
  readonly roleName: string;
  readonly permissions: RolePermissions;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: RunnerRoleProps) {
    super(scope, id);
    checkText(this, "roleName", props.roleName, ROLE_NAME, "1 to 64 letters, digits or +=,.@_-");
    checkRange(this, "maxSessionDurationSeconds", props.maxSessionDurationSeconds, SESSION);
    const pages = this.checkedPages(props);
    const target = terraformTarget((key) => props.keyOf(key).keyArn);
    const text = (statements: readonly Statement[]) => JSON.stringify(renderPolicy(statements, target));
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const tags = props.tags === undefined ? {} : { tags: { ...props.tags } };

    const role = new IamRole(this, "Resource", {
      name: props.roleName,
      assumeRolePolicy: text(props.trust),
      maxSessionDuration: props.maxSessionDurationSeconds ?? SESSION.min,
      ...(props.description === undefined ? {} : { description: props.description }),
      ...tags,
      ...placement,
    });
    new IamRolePolicy(this, "Policy", {
      name: "runner",
      role: role.name,
      policy: text(pages.inline),
      ...placement,
    });
    pages.managed.forEach((statements, index) => {
      const policy = new IamPolicy(this, `Overflow${index + 1}`, {
        name: `${overflowPolicyPrefix(props.roleName)}${index + 1}`,
        policy: text(statements),
        ...tags,
        ...placement,
      });
      new IamRolePolicyAttachment(this, `Attachment${index + 1}`, {
        role: role.name,
        policyArn: policy.arn,
        ...placement,
      });
    });
    this.roleArn = role.arn;
    this.roleName = props.roleName;
    this.permissions = new RolePermissions(this, {
      roleName: role.name,
      policyName: "grants",
      takenSize: policySize(pages.inline),
      provider: props.provider,
    });
  }

  private checkedPages(props: RunnerRoleProps): PolicyPages {
    const trustSize = policySize(props.trust);
    if (trustSize > MAX_TRUST_SIZE) {
      throw propError(this, "trust", `${trustSize} characters long`, `at most ${MAX_TRUST_SIZE} characters`);
    }
    const pages = paginate(props.policy);
    const tooLong = pages.managed.some((statements) => policySize(statements) > MAX_MANAGED_SIZE);
    if (tooLong || pages.managed.length > MAX_MANAGED_POLICIES) {
      const most = MAX_INLINE_SIZE + MAX_MANAGED_POLICIES * MAX_MANAGED_SIZE;
      throw propError(
        this,
        "policy",
        `${policySize(props.policy)} characters long`,
        `at most ${most} characters (${MAX_INLINE_SIZE} inline and ${MAX_MANAGED_POLICIES} managed policies of ${MAX_MANAGED_SIZE})`,
        "divide the topology, so that one role works with fewer keys",
      );
    }
    return pages;
  }
}
