import type { GrantIssuerAccess } from "./launch-grant-rows";

/** What the deploy role of one account deploys; the input of its policies. */
export interface DeployAccess {
  readonly topology: string;
  readonly partition: string;
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Account from which Terraform runs. */
  readonly operatorAccount: string;
  /** Name of the role that the foundation makes. */
  readonly runnerRole: string;
  /** Whether the account's EBS defaults are set. */
  readonly ebsDefaults: boolean;
  /** Whether the account launches instances on the copies. */
  readonly launches: boolean;
  /** Names of the roles behind the instance profiles that launches name; the profile's name does not tell them. @default - none */
  readonly instanceRoles?: readonly string[];
  /** Names of the buckets that the foundation makes in the account. @default - none */
  readonly buckets?: readonly string[];
  /** Names of those that have S3 Object Lock. @default - none */
  readonly bucketsWithObjectLock?: readonly string[];
  /** Names of the account's buckets that are replicated into others. @default - none */
  readonly replicatedBuckets?: readonly string[];
  /** Names of those whose replication events are sent to a topic or queue. @default - none */
  readonly bucketsWithEvents?: readonly string[];
  /** Whether the foundation makes buckets through which images travel, or has made some. @default false */
  readonly imageBuckets?: boolean;
  /** Whether the topology names buckets of the account, existing ones included. @default - where there are some of the above */
  readonly namesBuckets?: boolean;
  /** Whether `keyferry keys delete` may work with the role; Terraform never needs it. */
  readonly deletesKeys: boolean;
  /** Whether the topology names keys of the account, or has another than its first home or transit keys. @default false */
  readonly namesKeys?: boolean;
  /** Whether one of them is a multi-Region key. @default false */
  readonly multiRegionKeys?: boolean;
  /** Whether `keyferry keys rotate` may work with the role; Terraform never needs it. @default false */
  readonly rotatesKeys?: boolean;
  /** Whether `keyferry audit` may work with the role; Terraform never needs it. @default false */
  readonly auditsKeys?: boolean;
  /** What its service-linked roles launch under, whoever owns the keys. @default - nothing by a grant */
  readonly launchGrants?: Pick<GrantIssuerAccess, "keyArns" | "grantees">;
  /**
   * What `keyferry keys rekey` may use beside the topology's keys in the account: keys of other accounts, by their ARNs, every generation. Terraform
   * never needs it. @default - `keyferry keys rekey` does not work with the role
   */
  readonly rekeys?: { readonly keyArns: readonly string[] };
  /** Name of the bucket in which Terraform keeps the topology's state, of the account that has it. @default - it is not the account's */
  readonly stateBucket?: string;
  /** Whether `keyferry keys import` may work with the role; Terraform never needs it. @default false */
  readonly importsKeys?: boolean;
  /** Whether `keyferry adopt` may work with the role; Terraform never needs it. @default false */
  readonly adopts?: boolean;
}
