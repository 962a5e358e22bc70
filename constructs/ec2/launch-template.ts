/** A launch template, created by this library or not. Other constructs accept it. */
export interface ILaunchTemplate {
  /** Id of the template, `lt-...`. */
  readonly launchTemplateId: string;
  /** Number of the version to launch from. */
  readonly latestVersion: string;
  /** Whether it has instance requirements instead of an instance type; a group then needs a mixed instances policy. @default false */
  readonly choosesInstanceTypes?: boolean;
}
