import type { RolePermissions } from "./role-permissions";

/** A role, whoever created it. */
export interface IRole {
  /** With its path. */
  readonly roleArn: string;
  /** Without its path. */
  readonly roleName: string;
}

/** A role that can be granted something: its own policy gets the statements. */
export interface IGrantableRole extends IRole {
  /** What it is granted on keys and buckets. */
  readonly permissions: RolePermissions;
  /** 12-digit id of its account. @default - the account of the key or bucket */
  readonly account?: string | undefined;
}
