import type { Hold } from "../hold";
import type { LeaseRecord } from "../lease-record";
import type { GroupStatus } from "./groups";
import type { Outside } from "./outside";
import type { Plan } from "./plan";

export interface RuleStatus {
  readonly rule: string;
  /** Who runs; absent: nobody. */
  readonly lease?: LeaseRecord & { readonly expired: boolean };
  /** A rollback that stands; absent: the newest copies are published. */
  readonly rollback?: Hold;
}

/** What runs, what stands, what is pending: from AWS; and what the last run on this machine said. */
export interface Status {
  readonly plan: Plan;
  readonly rules: readonly RuleStatus[];
  /** Which images the Auto Scaling groups of the topology run. */
  readonly groups: readonly GroupStatus[];
  /** When it was looked. */
  readonly at: Date;
  readonly outside: Outside;
  /** The last run that the journal of this directory knows; absent: none. */
  readonly lastRun?: {
    readonly run: string;
    readonly startedAt: string;
    readonly lastRecordAt: string;
    readonly ended: boolean;
    /** What it was restricted to, as the user has named it. @default - to nothing */
    readonly only?: readonly string[];
  };
}
