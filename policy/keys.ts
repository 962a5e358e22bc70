import type { KeyReference } from "./document";
import type { KeyShares } from "./key-shares";
import type { LaunchGrants } from "./launch-grants";
import type { RoleOfKey } from "./roles/access";
import type { ReplicaWriter } from "./s3/scopes";

/** Characters of a key policy. Source: KMS developer guide, Resource quotas, "Key policy document size". */
export const MAX_KEY_POLICY_SIZE = 32_768;

/** A service that copies snapshots, and uses keys in the name of who copies: Amazon EC2 for volumes, Amazon RDS for databases. */
export type CopyService = "ec2" | "rds";

/** An account that copies from a transit key: its runner role is let in. */
export interface Copier {
  /** 12 digits. */
  readonly account: string;
  /** Name of the runner role there. */
  readonly runnerRole: string;
}

/** Where a key is. */
export interface KeyEnvironment {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** 12 digits. */
  readonly account: string;
  /** As AWS writes it: `eu-west-1`. */
  readonly region: string;
}

/** Who uses a key besides those whom its account's IAM allows it. */
export interface KeyUsers {
  /** Other accounts that copy images and snapshots of volumes from it; none for a home key. */
  readonly copiers: readonly Copier[];
  /** Other accounts that copy snapshots of databases from it. @default - none */
  readonly databaseCopiers?: readonly Copier[];
  /** Whether the own account's Auto Scaling group launches instances under it. */
  readonly launches: boolean;
  /** Whether it is the EBS default key of its account and Region: everybody there then uses it through EC2. @default false */
  readonly ebsDefault?: boolean;
  /** Roles of other accounts that let service-linked roles there launch under it. @default - none */
  readonly launchGrants?: LaunchGrants | undefined;
  /** Whom it is shared with, besides. @default - nobody */
  readonly shares?: KeyShares | undefined;
  /** Roles of other accounts, each for what it does with the key. @default - none */
  readonly roles?: readonly RoleOfKey[] | undefined;
}

/** What a key policy is made from. */
export type KeyAccess = KeyEnvironment & KeyUsers;

/** A key of the foundation and who uses it. */
export interface KeyDeclaration extends KeyReference, KeyUsers {
  readonly partition: string;
  /** `home`: copies end under it. `transit`: copies travel under it to other accounts. `buckets`: what is in buckets is under it. */
  readonly purpose: "home" | "transit" | "buckets";
  /** Which of those that have had its purpose in its account and Region; its alias points to it. @default 1 */
  readonly generation?: number;
  /** Replication roles of other accounts that write replicas under it. @default - none */
  readonly replicaWriters?: readonly ReplicaWriter[];
}
