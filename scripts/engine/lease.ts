import { KeyferryError } from "../../core/errors";
import { checkingAttempts } from "../aws";
import {
  createStateParameter,
  openStateParameter,
  overwriteStateParameter,
  removeStateParameter,
  type RuleState,
} from "./rule-state";
import { momentOf, secondsAtMost, type Moment } from "./clock";
import { describeOwner, leaseOf, takeoverReason, type LeaseKeeper, type LeaseRecord } from "./lease-record";

/** Where a lease is written, and the clock by which it expires. */
export type LeasePage = Pick<RuleState, "lease" | "now">;

export interface HeldLease {
  /** The run that it was taken from, and why. */
  readonly takenFrom?: { readonly owner: string; readonly because: string };
  /** Higher than that of every earlier taking. */
  readonly number: number;
  /**
   * Makes sure that no other process acts under it: for part of its duration AWS's last response is used, then AWS is called.
   * @throws KeyferryError `LeaseLost`
   */
  confirm(): Promise<void>;
  /** @throws KeyferryError `LeaseLost` */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/**
 * How much of a lease's duration must be left for its run to make changes without calling AWS. AWS accepts a request for some minutes
 * after it was signed, so if a process is stopped just before it sends one, AWS refuses it before another run can take the lease.
 * Source: IAM user guide, "AWS Signature Version 4 for API requests" (in most cases five minutes, of a lease of ten).
 */
const MARGIN = 0.6;

/** The maximum age in seconds of a read of the lease's record before it may be overwritten. */
export const FRESH_SECONDS = 10;

/** How many failed confirmations, on a machine that keeps stopping, are allowed before the lease counts as lost. */
const CONFIRMATIONS = 5;

/** How often creating a lease may fail because other runs take and release it in between, before it counts as theirs. */
const CREATIONS = 5;

/** For how many seconds a run may make changes after its last confirmation of a lease. */
export function trustSeconds(leaseSeconds: number): number {
  return leaseSeconds * (1 - MARGIN);
}

/**
 * Takes the lease of a source place, so that two runs never work on the same copies. A lease that has expired by AWS's time,
 * or whose owner is a dead process of this host, is taken over. Parameter Store has no compare-and-swap: after a take-over the
 * last writer wins, and every run reads the lease once more before it starts.
 * @throws KeyferryError `LeaseHeld`
 */
export async function takeLease(ruleState: LeasePage, keeper: LeaseKeeper): Promise<HeldLease> {
  const lease = new Lease(ruleState, keeper);
  await lease.take();
  return lease;
}

export function isLeaseLost(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === "LeaseLost";
}

/** The result of reading the lease's record. */
interface Look {
  /** Before the request was sent: the record is from this moment or later. */
  readonly at: Moment;
  /** Absent: there is no record. */
  readonly version?: number;
  /** Absent: there is no record, or it cannot be parsed. */
  readonly record?: LeaseRecord;
}

class Lease implements HeldLease {
  takenFrom?: NonNullable<HeldLease["takenFrom"]>;
  number = 0;
  private since = "";
  /** Until when it is used without a call: this many seconds after a moment. */
  private confirmed: { readonly at: Moment; readonly seconds: number } | undefined;
  private confirming: Promise<void> | undefined;
  private renewing: Promise<void> | undefined;
  private isLost = false;

  constructor(
    private readonly ruleState: LeasePage,
    private readonly keeper: LeaseKeeper,
  ) {}

  async take(): Promise<void> {
    let seen = await this.look();
    for (let times = 0; seen.version === undefined; times += 1) {
      // A run that finds no lease must not overwrite one: another run may have just created it.
      if (times === CREATIONS) throw this.heldByOther(undefined);
      this.begin(undefined);
      if (await this.create(seen)) return;
      seen = await this.look();
      if (seen.version === undefined) await this.keeper.clock.sleep(this.keeper.settings.leaseLookSeconds);
    }
    const { record } = seen;
    // The call that took it may have been repeated because its response was lost.
    if (record?.owner.run === this.me.run) return this.resume(seen, record);
    const because =
      record === undefined ? "it cannot be read" : takeoverReason(record, this.keeper, this.ruleState.now());
    if (because === undefined) throw this.heldByOther(record);
    this.begin(record);
    await this.overwrite(seen);
    await this.settle(() => this.heldByOther(undefined));
    this.takenFrom = { owner: record === undefined ? "unknown" : describeOwner(record.owner), because };
  }

  async confirm(): Promise<void> {
    if (this.isLost) throw this.lost();
    if (this.isBelieved()) return;
    this.confirming ??= this.ask().finally(() => (this.confirming = undefined));
    await this.confirming;
  }

  renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  async release(): Promise<void> {
    const seen = await this.look();
    if (!this.isMine(seen.record) && !this.isOfEarlier(seen.record)) return;
    const { check } = this.onlyWhileFresh(seen);
    await checkingAttempts(check, () => removeStateParameter(this.ruleState.lease));
  }

  private get me() {
    return this.keeper.me;
  }

  private begin(before: LeaseRecord | undefined): void {
    const now = this.ruleState.now();
    this.since = now.toISOString();
    this.number = Math.max((before?.number ?? 0) + 1, now.getTime());
  }

  private resume(seen: Look, record: LeaseRecord): void {
    this.since = record.since ?? this.ruleState.now().toISOString();
    this.number = record.number ?? 0;
    this.believe(seen.at, this.secondsLeft(record));
  }

  private async renewOnce(): Promise<void> {
    const seen = await this.lookAtMine();
    const hasExpired = this.secondsLeft(seen.record) <= 0;
    await this.overwriteAsSeen(seen, seen.version);
    // Another run may have been about to take it over: as always, the last writer has it.
    if (hasExpired) await this.settle(() => this.lost());
  }

  /** A process that keeps stopping between a response and its next step can never be sure. */
  private async ask(): Promise<void> {
    for (let times = 0; times < CONFIRMATIONS; times += 1) {
      const seen = await this.lookAtMine();
      this.believe(seen.at, this.secondsLeft(seen.record));
      if (!this.isBelieved()) await this.renew();
      if (this.isBelieved()) return;
    }
    throw this.lost();
  }

  private isBelieved(): boolean {
    if (this.confirmed === undefined) return false;
    return secondsAtMost(this.keeper.clock, this.confirmed.at) < this.confirmed.seconds;
  }

  private believe(at: Moment, secondsLeft: number): void {
    const { leaseSeconds } = this.keeper.settings;
    this.confirmed = { at, seconds: secondsLeft - (leaseSeconds - trustSeconds(leaseSeconds)) };
  }

  private async look(): Promise<Look> {
    const at = momentOf(this.keeper.clock);
    const page = await openStateParameter(this.ruleState.lease);
    if (page === undefined) return { at };
    const record = leaseOf(page.value);
    return { at, version: page.version, ...(record === undefined ? {} : { record }) };
  }

  /**
   * A late write of an earlier run does not count: its number is lower. If no record exists
   * any more, another run took the lease and has ended.
   * @throws KeyferryError `LeaseLost`
   */
  private async lookAtMine(): Promise<Look & { readonly version: number }> {
    const { version, record, ...seen } = await this.look();
    const isKept = this.isMine(record) || this.isOfEarlier(record);
    if (version === undefined || record === undefined || !isKept) throw this.lost();
    return { ...seen, version, record };
  }

  private isOfEarlier(record: LeaseRecord | undefined): boolean {
    return record?.number !== undefined && record.number < this.number;
  }

  private isMine(record: LeaseRecord | undefined): boolean {
    return record?.owner.run === this.me.run;
  }

  /** A lease of another run leaves no remaining time. */
  private secondsLeft(record: LeaseRecord | undefined): number {
    if (record === undefined || !this.isMine(record)) return 0;
    return (Date.parse(record.expires) - this.ruleState.now().getTime()) / 1000;
  }

  private async create(seen: Look): Promise<boolean> {
    const at = momentOf(this.keeper.clock);
    const { check } = this.onlyWhileFresh(seen);
    const isCreated = await checkingAttempts(check, () =>
      createStateParameter(this.ruleState.lease, this.record()),
    );
    if (isCreated) this.believe(at, this.keeper.settings.leaseSeconds);
    return isCreated;
  }

  /** @returns the version that it wrote, and the maximum number of attempts */
  private async overwrite(seen: Look): Promise<{ readonly version: number; readonly attempts: number }> {
    const at = momentOf(this.keeper.clock);
    const { check, attempts } = this.onlyWhileFresh(seen);
    const version = await checkingAttempts(check, () =>
      overwriteStateParameter(this.ruleState.lease, this.record()),
    );
    this.believe(at, this.keeper.settings.leaseSeconds);
    return { version, attempts: Math.max(1, attempts()) };
  }

  /** @throws KeyferryError `LeaseLost` if another process wrote or removed it between the read and this call */
  private async overwriteAsSeen(seen: Look, before: number): Promise<void> {
    const { version, attempts } = await this.overwrite(seen);
    // An attempt whose response was lost also wrote.
    if (version > before && version <= before + attempts) return;
    // The parameter was removed by a run that took it and has ended.
    if (version === 1) await removeStateParameter(this.ruleState.lease);
    throw this.lost();
  }

  /** The written value depends on what was read, which may have changed while this process was stopped. */
  private onlyWhileFresh({ at, version, record }: Look) {
    let attempts = 0;
    const check = async () => {
      attempts += 1;
      if (secondsAtMost(this.keeper.clock, at) <= FRESH_SECONDS) return;
      const now = await this.look();
      const isSame = now.version === version && now.record?.owner.run === record?.owner.run;
      if (!isSame && !this.isMine(now.record)) throw this.lost();
    };
    return { check, attempts: () => attempts };
  }

  private async settle(otherwise: () => KeyferryError): Promise<void> {
    await this.keeper.clock.sleep(this.keeper.settings.settleSeconds);
    const seen = await this.look();
    if (!this.isMine(seen.record)) {
      this.isLost = true;
      throw otherwise();
    }
    this.believe(seen.at, this.secondsLeft(seen.record));
  }

  private record(): LeaseRecord {
    const expires = this.ruleState.now().getTime() + this.keeper.settings.leaseSeconds * 1000;
    return {
      owner: this.me,
      expires: new Date(expires).toISOString(),
      since: this.since,
      number: this.number,
    };
  }

  private lost(): KeyferryError {
    this.isLost = true;
    return new KeyferryError(`another run has taken over the lease ${this.ruleState.lease.name}`, {
      code: "LeaseLost",
      source: "tool",
      fix: "let the other run finish; this one has stopped and can be resumed by the same command",
    });
  }

  private heldByOther(record: LeaseRecord | undefined): KeyferryError {
    const who =
      record === undefined ? "another run" : `${describeOwner(record.owner)} until ${record.expires}`;
    return new KeyferryError(`the lease ${this.ruleState.lease.name} is held by ${who}`, {
      code: "LeaseHeld",
      source: "user",
      fix: "wait for that run (keyferry run does with --wait), or stop it; if it is dead its lease expires by itself, and keyferry unlock breaks it immediately",
    });
  }
}
