import type { GrantIssuerAccess } from "./launch-grant-rows";

/** What the deploy role of one account deploys; the input of its policies. */
export interface DeployAccess {
  readonly topology: string;
  readonly partition: string;
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Account from which Terraform runs. */
  readonly operatorAccount: string;
  /** Name of the role that the foundation creates. */
  readonly runnerRole: string;
  /** Whether the account's EBS defaults are set. */
  readonly ebsDefaults: boolean;
  /** Whether the account launches instances on the copies. */
  readonly launches: boolean;
  /** Names of the roles in the instance profiles that launches name; they do not follow from the profiles' names. @default - none */
  readonly instanceRoles?: readonly string[];
  /** Names of the buckets that the foundation creates in the account. @default - none */
  readonly buckets?: readonly string[];
  /** Names of those buckets that have S3 Object Lock. @default - none */
  readonly bucketsWithObjectLock?: readonly string[];
  /** Names of the account's buckets that are replicated to other buckets. @default - none */
  readonly replicatedBuckets?: readonly string[];
  /** Names of those buckets whose replication events are sent to a topic or queue. @default - none */
  readonly bucketsWithEvents?: readonly string[];
  /** Whether the foundation creates buckets for stored images (route store-restore), or has created some. @default false */
  readonly imageBuckets?: boolean;
  /** Whether the topology names buckets of the account, existing ones included. @default - true if there are any of the above */
  readonly namesBuckets?: boolean;
  /** Whether `keyferry keys delete` may work with the role; Terraform never needs it. */
  readonly deletesKeys: boolean;
  /** Whether the topology names keys of the account, or has later generations of its home or transit keys. @default false */
  readonly namesKeys?: boolean;
  /** Whether one of them is a multi-Region key. @default false */
  readonly multiRegionKeys?: boolean;
  /** Whether `keyferry keys rotate` may work with the role; Terraform never needs it. @default false */
  readonly rotatesKeys?: boolean;
  /** Whether `keyferry audit` may work with the role; Terraform never needs it. @default false */
  readonly auditsKeys?: boolean;
  /** Keys that its service-linked roles use for launches through grants, regardless of who owns the keys. @default - none */
  readonly launchGrants?: Pick<GrantIssuerAccess, "keyArns" | "grantees">;
  /**
   * Keys that `keyferry keys rekey` may use in addition to the topology's keys in the account: keys of other accounts, by ARN, every generation.
   * Terraform never needs it. @default - `keyferry keys rekey` does not work with the role
   */
  readonly rekeys?: { readonly keyArns: readonly string[] };
  /** Name of the account's bucket in which Terraform keeps the topology's state. @default - the account does not own that bucket */
  readonly stateBucket?: string;
  /** Whether `keyferry keys import` may work with the role; Terraform never needs it. @default false */
  readonly importsKeys?: boolean;
  /** Whether `keyferry adopt` may work with the role; Terraform never needs it. @default false */
  readonly adopts?: boolean;
}
