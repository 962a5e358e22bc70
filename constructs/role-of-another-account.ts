import type { Construct } from "constructs";
import { checkText } from "./props";

/** Source: IAM API reference, CreateRole, RoleName. */
export const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** A role of another account, by its name. */
export interface RoleOfAnotherAccount {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path must be `/`. It need not exist yet. */
  readonly roleName: string;
}

/** @throws KeyferryError PropInvalid when an account id or a role name is not valid */
export function checkRoles(scope: Construct, roles: readonly RoleOfAnotherAccount[]): void {
  for (const { account, roleName } of roles) {
    checkText(scope, "account", account, /^\d{12}$/, "an account id of 12 digits");
    checkRoleName(scope, roleName);
  }
}

/** @throws KeyferryError PropInvalid when the role name is not valid */
export function checkRoleName(scope: Construct, roleName: string): void {
  checkText(scope, "roleName", roleName, ROLE_NAME, "1 to 64 letters, digits or +=,.@_-");
}
