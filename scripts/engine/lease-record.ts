import { parseStateParameter, readStateParameter, type RuleState } from "./rule-state";
import type { Clock } from "./clock";
import type { Settings } from "./settings";

/** The process that runs. */
export interface LeaseOwner {
  /** A machine with its own process numbers; never two machines of one name. */
  readonly host: string;
  readonly pid: number;
  readonly run: string;
}

export interface LeaseRecord {
  readonly owner: LeaseOwner;
  /** ISO 8601, by AWS's time. */
  readonly expires: string;
  /** When it was taken; ISO 8601, by AWS's time. @default - by a version that did not write it */
  readonly since?: string;
  /**
   * Increases each time the lease is taken, so that a late write under an earlier number is recognised.
   * @default - taken by a version that did not count
   */
  readonly number?: number;
}

/** What a lease needs in addition to AWS. */
export interface LeaseKeeper {
  readonly me: LeaseOwner;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Whether a process of this host is alive. */
  isAlive(pid: number): boolean;
}

/** Reads the holder of the lease; undefined if there is none, or it cannot be read. */
export async function readLease(ruleState: RuleState): Promise<LeaseRecord | undefined> {
  return asLease(await readStateParameter<unknown>(ruleState.lease));
}

/** The same from a parameter's text. */
export function leaseOf(text: string): LeaseRecord | undefined {
  return asLease(parseStateParameter<unknown>(text));
}

function asLease(value: unknown): LeaseRecord | undefined {
  const lease = value as Partial<LeaseRecord> | null | undefined;
  const isLease = typeof lease?.owner?.run === "string" && !Number.isNaN(Date.parse(lease.expires ?? ""));
  return isLease ? (lease as LeaseRecord) : undefined;
}

/**
 * Why a lease may be taken over; undefined when it may not.
 * @param now AWS's time
 */
export function takeoverReason(
  record: LeaseRecord,
  keeper: Pick<LeaseKeeper, "me" | "isAlive">,
  now: Date,
): string | undefined {
  if (Date.parse(record.expires) <= now.getTime()) return `it expired at ${record.expires}`;
  const { host, pid } = record.owner;
  if (host === keeper.me.host && !keeper.isAlive(pid)) return `its process ${pid} on this host is dead`;
  return undefined;
}

export function describeOwner(owner: LeaseOwner): string {
  return `run ${owner.run} (process ${owner.pid} on ${owner.host})`;
}
