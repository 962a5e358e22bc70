/** What can be under a key, as far as its owner's next step depends on it. */
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
  /** By which its service's calls name it. */
  readonly id: string;
  /** For people: `volume vol-..., attached to i-...` */
  readonly text: string;
  /** As much as it can hold, where its service says so. @default - not known */
  readonly sizeGiB?: number;
  /** Of a grant: its name and whom it is for. @default - it is no grant, or has none */
  readonly grant?: { readonly name?: string; readonly grantee?: string };
}
