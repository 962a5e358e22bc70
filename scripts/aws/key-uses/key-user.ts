/** The types of resources that can use a key, as far as the owner's next step differs. */
export const KEY_USER_TYPES = [
  "volume",
  "snapshot",
  "image",
  "in-recycle-bin",
  "launch-template",
  "launch-configuration",
  "spot-fleet-request",
  "ebs-default",
  "grant",
  "alias",
  "replica",
  "db-instance",
  "performance-insights",
  "db-cluster",
  "db-snapshot",
  "db-cluster-snapshot",
  "db-automated-backup",
  "bucket",
  "replication-rule",
  "parameter",
  "secret",
  "log-group",
] as const;
export type KeyUserType = (typeof KEY_USER_TYPES)[number];

/** Something that uses a key. */
export interface KeyUser {
  readonly type: KeyUserType;
  /** The id in the service's calls. */
  readonly id: string;
  /** For people: `volume vol-..., attached to i-...` */
  readonly text: string;
  /** Its size, if the service returns it. @default - not known */
  readonly sizeGiB?: number;
  /** For a grant: its name and grantee. @default - not a grant, or it has none */
  readonly grant?: { readonly name?: string; readonly grantee?: string };
}
