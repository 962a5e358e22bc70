/**
 * An account's quotas in one Region. Sources: EC2 user guide, "AMI quotas" and "Copy an Amazon EC2 AMI"; EBS user
 * guide, "Quotas for Amazon EBS" and "Time-based copies"; RDS user guide, "Quotas and constraints for Amazon RDS".
 */
import { AwsError } from "../../contract";
import { countOwned } from "./shelf";
import type { Ec2State } from "./state";

/** A quota's entry in Service Quotas. */
export interface ListedQuota {
  readonly service: "ec2" | "ebs" | "rds";
  /** Absent where no public source contains it. */
  readonly code?: string;
  readonly name: string;
  /** Whether Service Quotas accepts requests to increase it. @default true */
  readonly adjustable?: false;
}

interface QuotaRule {
  /** AWS's value for a new account. */
  readonly value: number;
  /** Absent for quotas that Service Quotas does not have. */
  readonly listed?: ListedQuota;
}

const ami = (code: string, name: string): ListedQuota => ({ service: "ec2", code, name });
const ebs = (code: string, name: string): ListedQuota => ({ service: "ebs", code, name });

/** Every quota that is enforced here: those of EC2, EBS and RDS. */
export const QUOTA_RULES = {
  /** Copies of images in progress per destination Region. */
  imageCopies: { value: 300 },
  /** Copies of snapshots in progress per destination Region. */
  snapshotCopies: {
    value: 20,
    listed: { service: "ebs", name: "Concurrent snapshot copies per destination Region", adjustable: false },
  },
  /** MiB/s of all time-based copies between two Regions. */
  timeBasedThroughput: {
    value: 2000,
    listed: ebs("L-E137849C", "Cumulative snapshot copy throughput"),
  },
  /** Available, pending and disabled images in a Region. */
  images: { value: 50_000, listed: ami("L-B665C33B", "AMIs") },
  publicImages: { value: 5, listed: ami("L-0E3CBAB9", "Public AMIs") },
  /** Accounts, organisations and organisational units with which one image is shared. */
  imageSharing: { value: 1000, listed: ami("L-70015FFA", "AMI sharing") },
  snapshots: { value: 100_000, listed: ebs("L-309BACF6", "Snapshots per Region") },
  /** Copies of DB snapshots and DB cluster snapshots in progress per destination Region. */
  dbSnapshotCopies: { value: 20 },
  /** Manual DB snapshots in a Region. */
  dbSnapshots: { value: 100, listed: { service: "rds", name: "Manual DB instance snapshots" } },
  dbClusterSnapshots: { value: 100, listed: { service: "rds", name: "Manual DB cluster snapshots" } },
} as const satisfies Readonly<Record<string, QuotaRule>>;

export type QuotaName = keyof typeof QUOTA_RULES;

/** Values by name; the same for every Region. */
export type Quotas = Readonly<Record<QuotaName, number>>;

export const QUOTA_NAMES = Object.keys(QUOTA_RULES) as readonly QuotaName[];

export function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(QUOTA_RULES, name);
}

/** AWS's values for a new account. */
export const DEFAULT_QUOTAS = Object.fromEntries(
  Object.entries(QUOTA_RULES).map(([name, { value }]) => [name, value]),
) as Quotas;

/** The values for one account: its own value, or otherwise that for every account. */
export function quotaOf(state: Ec2State, account: string, name: QuotaName): number {
  return state.accountQuotas[account]?.[name] ?? state.quotas[name];
}

/** @throws SnapshotLimitExceeded if another snapshot in the Region would exceed the account's quota */
export function refuseSnapshotBeyond(state: Ec2State, account: string, region: string): void {
  const inUse = countOwned(state.snapshots, region, account);
  const text = (limit: number): string =>
    `You've reached the limit of ${limit} on the number of Amazon EBS snapshots that you can create.`;
  refuseBeyond(state, account, "snapshots", inUse, text, "SnapshotLimitExceeded");
}

/** @throws ResourceLimitExceeded with AWS's text when `inUse` more would be too many */
export function refuseBeyond(
  state: Ec2State,
  account: string,
  name: QuotaName,
  inUse: number,
  text: (limit: number) => string,
  code = "ResourceLimitExceeded",
): void {
  const limit = quotaOf(state, account, name);
  if (inUse >= limit) throw new AwsError(code, text(limit));
}
