import type { RolePermissions } from "./role-permissions";

/** A role, created by this library or not. */
export interface IRole {
  /** ARN of the role, with its path. */
  readonly roleArn: string;
  /** Name of the role, without its path. */
  readonly roleName: string;
}

/** A role to which permissions can be granted: the statements are added to the role's own policy. */
export interface IGrantableRole extends IRole {
  /** The permissions that are granted to it on keys and buckets. */
  readonly permissions: RolePermissions;
  /** 12-digit id of the role's account. @default - the account of the key or bucket */
  readonly account?: string | undefined;
}
