import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { parseArn } from "@keyferry/common";
import { Fn, TerraformStack, Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkText } from "../props";
import { checkRoleName } from "../role-of-another-account";
import type { IGrantableRole } from "./role";
import { RolePermissions } from "./role-permissions";

/** Source: IAM user guide, IAM identifiers, IAM ARNs. */
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/([\w+=,.@/-]*\/)?[\w+=,.@-]{1,64}$/;
/** Characters of a policy's name. Source: IAM API reference, PutRolePolicy. */
const MAX_NAME = 128;

/** How grants are written into an existing role. */
export interface ExistingRoleOptions {
  /**
   * Name of the inline policy for the grants. Two stacks that grant something to the same role need different names, because the stack
   * that is deployed last replaces a policy of the same name. @default - derived from the stack's name and the construct's path
   */
  readonly policyName?: string;
  /** Provider of the role's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** How an existing role is found by its ARN. */
export interface ExistingRoleProps extends ExistingRoleOptions {
  /** ARN of the role, with its path: `arn:aws:iam::222222222222:role/service/reader`. */
  readonly roleArn: string;
}

/** How an existing role is found by its name. */
export interface RoleLookupProps extends ExistingRoleOptions {
  /** Name of the role, without its path. */
  readonly roleName: string;
}

/**
 * A role that another stack or team owns. The only change to it is one separate inline policy, which is created when something is
 * granted to the role.
 */
export class ExistingRole extends Construct implements IGrantableRole {
  readonly roleArn: string;
  readonly roleName: string;
  readonly account: string | undefined;
  readonly permissions: RolePermissions;

  /** Finds a role by its name. Each plan reads the role from AWS, and fails if it does not exist. */
  static fromRoleName(scope: Construct, id: string, { roleName, ...options }: RoleLookupProps): ExistingRole {
    checkRoleName(scope, roleName);
    const { provider } = options;
    const found = new DataAwsIamRole(scope, `${id}Lookup`, {
      name: roleName,
      ...(provider === undefined ? {} : { provider }),
    });
    return new ExistingRole(scope, id, { roleArn: found.arn, ...options });
  }

  /** Refers to a role by its ARN; nothing is read from AWS. @throws KeyferryError PropInvalid when the ARN is not the ARN of a role */
  static fromRoleArn(
    scope: Construct,
    id: string,
    roleArn: string,
    options: ExistingRoleOptions = {},
  ): ExistingRole {
    return new ExistingRole(scope, id, { roleArn, ...options });
  }

  /** @throws KeyferryError PropInvalid when the ARN is not the ARN of a role, or the policy name is not valid */
  constructor(scope: Construct, id: string, props: ExistingRoleProps) {
    super(scope, id);
    const { roleArn, provider, policyName = `grants-${this.ownName()}` } = props;
    checkText(this, "roleArn", roleArn, ROLE_ARN, "the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME");
    checkText(this, "policyName", policyName, /^[\w+=,.@-]{1,128}$/, "1 to 128 letters, digits or +=,.@_-");
    this.roleArn = roleArn;
    this.roleName = nameIn(roleArn);
    this.account = Token.isUnresolved(roleArn) ? undefined : parseArn(roleArn)?.account;
    this.permissions = new RolePermissions(this, { roleName: this.roleName, policyName, provider });
  }

  /** A name that no other construct of the app has. */
  private ownName(): string {
    const { addr } = this.node;
    const stack = TerraformStack.of(this).node.id.replace(/[^\w-]/g, "-");
    return `${stack.slice(0, MAX_NAME / 2)}-${addr.slice(-8)}`;
  }
}

function nameIn(roleArn: string): string {
  if (!Token.isUnresolved(roleArn)) return roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return Token.asString(Fn.element(Fn.reverse(Fn.split("/", roleArn)), 0));
}
