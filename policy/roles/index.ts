import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import type { RoleAccess } from "./access";
import { BUCKET_USE_ROWS } from "./bucket-uses";
import { KEY_ROLE_ROWS, KEY_USE_ROWS, type KeyOfRoles } from "./key-uses";

export type { BucketUseByRole, KeyUseByRole, RoleAccess, RoleOfKey } from "./access";
export { KEY_ROLE_ROWS, type KeyOfRoles } from "./key-uses";

/** The permission table: what a role's own policy grants. */
export const ROLE_ROWS: readonly PermissionRow<RoleAccess>[] = [...KEY_USE_ROWS, ...BUCKET_USE_ROWS];

/** The statements of a role's policy for what it is granted. */
export function rolePolicy(access: RoleAccess): readonly Statement[] {
  return statementsOf(ROLE_ROWS, access);
}

/** The statements that a key policy must have for roles of other accounts. */
export function keyRolePolicy(key: KeyOfRoles): readonly Statement[] {
  return statementsOf(KEY_ROLE_ROWS, key);
}
