/** A launch template, whoever created it; what other constructs accept. */
export interface ILaunchTemplate {
  /** `lt-...` */
  readonly launchTemplateId: string;
  /** Number of the version that is launched from. */
  readonly latestVersion: string;
  /** Whether it holds requirements and no instance type, which a group takes only in a mixed instances policy. @default false */
  readonly choosesInstanceTypes?: boolean;
}
