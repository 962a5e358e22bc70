import type { Hold } from "../hold";
import type { LeaseRecord } from "../lease-record";
import type { GroupStatus } from "./groups";
import type { Outside } from "./outside";
import type { Plan } from "./plan";

export interface RuleStatus {
  readonly rule: string;
  /** The run in progress; absent: none. */
  readonly lease?: LeaseRecord & { readonly expired: boolean };
  /** An active rollback; absent: the newest copies are published. */
  readonly rollback?: Hold;
}

/** What is running, what exists and what is pending, from AWS; and the result of the last run on this machine. */
export interface Status {
  readonly plan: Plan;
  readonly rules: readonly RuleStatus[];
  /** Which images the Auto Scaling groups of the topology run. */
  readonly groups: readonly GroupStatus[];
  /** When AWS was read. */
  readonly at: Date;
  readonly outside: Outside;
  /** The last run in the journal of this directory; absent: none. */
  readonly lastRun?: {
    readonly run: string;
    readonly startedAt: string;
    readonly lastRecordAt: string;
    readonly ended: boolean;
    /** What it was restricted to, as the user named it. @default - not restricted */
    readonly only?: readonly string[];
  };
}
