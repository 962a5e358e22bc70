import type { KeyReference } from "./document";
import type { KeyShares } from "./key-shares";
import type { LaunchGrants } from "./launch-grants";
import type { RoleOfKey } from "./roles/access";
import type { ReplicaWriter } from "./s3/scopes";

/** Characters of a key policy. Source: KMS developer guide, Resource quotas, "Key policy document size". */
export const MAX_KEY_POLICY_SIZE = 32_768;

/** A service that copies snapshots and uses keys on behalf of the caller: Amazon EC2 for volumes, Amazon RDS for databases. */
export type CopyService = "ec2" | "rds";

/** An account that copies from a transit key, whose policy allows its runner role. */
export interface Copier {
  /** 12 digits. */
  readonly account: string;
  /** Name of the runner role there. */
  readonly runnerRole: string;
}

/** The location of a key. */
export interface KeyEnvironment {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** 12 digits. */
  readonly account: string;
  /** As AWS writes it: `eu-west-1`. */
  readonly region: string;
}

/** Who uses a key in addition to the principals that its account's IAM allows. */
export interface KeyUsers {
  /** Other accounts that copy images and snapshots of volumes from it; none for a home key. */
  readonly copiers: readonly Copier[];
  /** Other accounts that copy snapshots of databases from it. @default - none */
  readonly databaseCopiers?: readonly Copier[];
  /** Whether an Auto Scaling group of the key's account launches instances under it. */
  readonly launches: boolean;
  /** Whether it is the EBS default key of its account and Region: every principal there then uses it through EC2. @default false */
  readonly ebsDefault?: boolean;
  /** Roles of other accounts that create grants with which service-linked roles there launch under it. @default - none */
  readonly launchGrants?: LaunchGrants | undefined;
  /** Additional principals that it is shared with. @default - none */
  readonly shares?: KeyShares | undefined;
  /** Roles of other accounts, each with its use of the key. @default - none */
  readonly roles?: readonly RoleOfKey[] | undefined;
}

/** The input of a key policy. */
export type KeyAccess = KeyEnvironment & KeyUsers;

/** A key of the foundation and who uses it. */
export interface KeyDeclaration extends KeyReference, KeyUsers {
  readonly partition: string;
  /** `home`: final copies are under it. `transit`: copies for other accounts are under it. `buckets`: objects in buckets are under it. */
  readonly purpose: "home" | "transit" | "buckets";
  /** Number of the key among those that have had its purpose in its account and Region; the alias points to it. @default 1 */
  readonly generation?: number;
  /** Replication roles of other accounts that write replicas under it. @default - none */
  readonly replicaWriters?: readonly ReplicaWriter[];
}
