export {
  ExistingRole,
  type ExistingRoleOptions,
  type ExistingRoleProps,
  type RoleLookupProps,
} from "./existing-role";
export type { IGrantableRole, IRole } from "./role";
export type { GrantedRole, RolePermissions } from "./role-permissions";
export { RunnerRole, type RunnerRoleProps } from "./runner-role";
