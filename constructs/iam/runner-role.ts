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
/** Default quota for the characters of a trust policy. Source: IAM user guide, IAM and AWS STS quotas. */
const MAX_TRUST_SIZE = 2_048;

export interface RunnerRoleProps {
  /** Name of the role, unique in the account. */
  readonly roleName: string;
  /** The trust policy: statements with a principal and without resources. */
  readonly trust: readonly Statement[];
  /** The permissions of the role. Keys are named by account, Region and alias; `keyOf` finds them. */
  readonly policy: readonly Statement[];
  /** Returns the key that `policy` names. The policy contains the key's ARN, NEVER `*`, which would allow every key whose policy allows the account. */
  readonly keyOf: (key: KeyReference) => Pick<IKey, "keyArn">;
  /** What the role is for; shown in the console. @default - none */
  readonly description?: string;
  /**
   * Maximum session duration, 3600 to 43200 seconds. With role chaining, a session always ends after one hour.
   * Source: IAM user guide, Roles terms and concepts, "Role chaining".
   * @default 3600
   */
  readonly maxSessionDurationSeconds?: number;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account of the role. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A role that a program assumes, with its permissions. They are written into one inline policy, and what does not fit there into
 * additional customer managed policies.
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
