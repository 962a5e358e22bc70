/** A role, whoever created it. */
export interface IRole {
  readonly roleArn: string;
  /** Without its path. */
  readonly roleName: string;
}
