import { KeyferryError } from "../../core/errors";
import { createPage, overwritePage, readPage, removePage, type Book } from "./bookkeeping";
import type { Clock } from "./clock";
import type { Settings } from "./settings";

/** Who runs. */
export interface LeaseOwner {
  /** A machine on which process numbers mean the same; never two machines of one name. */
  readonly host: string;
  readonly pid: number;
  readonly run: string;
}

export interface LeaseRecord {
  readonly owner: LeaseOwner;
  /** ISO 8601. */
  readonly expires: string;
}

/** What a lease needs to know beyond AWS. */
export interface LeaseKeeper {
  readonly me: LeaseOwner;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Whether a process of this host lives. */
  isAlive(pid: number): boolean;
}

export interface HeldLease {
  /** The run that it was taken from, and why. */
  readonly takenFrom?: { readonly owner: string; readonly because: string };
  /** @throws KeyferryError `LeaseLost` */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** Reads who runs; undefined when nobody does, or nobody can tell. */
export async function readLease(book: Book): Promise<LeaseRecord | undefined> {
  const lease = await readPage<Partial<LeaseRecord>>(book.lease);
  const isLease = typeof lease?.owner?.run === "string" && !Number.isNaN(Date.parse(lease.expires ?? ""));
  return isLease ? (lease as LeaseRecord) : undefined;
}

/**
 * Takes the lease of a source place, so that two runs never work on the same copies. A lease that has expired, or whose owner is a
 * dead process of this host, is taken over. Parameter Store cannot compare and swap: after a take-over the last writer
 * wins, and everybody looks once more before they begin.
 * @throws KeyferryError `LeaseHeld`
 */
export async function takeLease(book: Book, keeper: LeaseKeeper): Promise<HeldLease> {
  let expiresAt = 0;
  if (await createPage(book.lease, record())) return held();
  const found = await readLease(book);
  // The call that took it may have been repeated because its answer was lost.
  if (found?.owner.run === keeper.me.run) return held();
  const because = found === undefined ? "it cannot be read" : whyFree(found, keeper);
  if (found !== undefined && because === undefined) throw heldByOther(found);
  await overwritePage(book.lease, record());
  await keeper.clock.sleep(keeper.settings.settleSeconds);
  const now = await readLease(book);
  if (now?.owner.run !== keeper.me.run) throw heldByOther(now);
  return held({
    owner: found === undefined ? "unknown" : describeOwner(found.owner),
    because: because ?? "",
  });

  function record(): LeaseRecord {
    expiresAt = keeper.clock.now().getTime() + keeper.settings.leaseSeconds * 1000;
    return { owner: keeper.me, expires: new Date(expiresAt).toISOString() };
  }

  async function isMine(): Promise<boolean> {
    return (await readLease(book))?.owner.run === keeper.me.run;
  }

  function held(takenFrom?: HeldLease["takenFrom"]): HeldLease {
    return {
      ...(takenFrom === undefined ? {} : { takenFrom }),
      async renew() {
        if (!(await isMine())) throw lost();
        const hasExpired = keeper.clock.now().getTime() >= expiresAt;
        await overwritePage(book.lease, record());
        if (!hasExpired) return;
        // Somebody may have been about to take it over: the last writer has it, as ever.
        await keeper.clock.sleep(keeper.settings.settleSeconds);
        if (!(await isMine())) throw lost();
      },
      async release() {
        if (await isMine()) await removePage(book.lease);
      },
    };
  }

  function lost(): KeyferryError {
    return new KeyferryError(`another run has taken over the lease ${book.lease.name}`, {
      code: "LeaseLost",
      source: "tool",
      fix: "let the other run finish; this one has stopped and can be resumed by the same command",
    });
  }

  function heldByOther(record: LeaseRecord | undefined): KeyferryError {
    const who =
      record === undefined ? "another run" : `${describeOwner(record.owner)} until ${record.expires}`;
    return new KeyferryError(`the lease ${book.lease.name} is held by ${who}`, {
      code: "LeaseHeld",
      source: "user",
      fix: "wait for that run, or stop it; if it is dead its lease expires by itself",
    });
  }
}

/** Why a lease may be taken over; undefined when it may not. */
export function whyFree(
  record: LeaseRecord,
  keeper: Pick<LeaseKeeper, "clock" | "me" | "isAlive">,
): string | undefined {
  if (new Date(record.expires).getTime() <= keeper.clock.now().getTime())
    return `it expired at ${record.expires}`;
  const { host, pid } = record.owner;
  if (host === keeper.me.host && !keeper.isAlive(pid)) return `its process ${pid} on this host is dead`;
  return undefined;
}

export function describeOwner(owner: LeaseOwner): string {
  return `run ${owner.run} (process ${owner.pid} on ${owner.host})`;
}

/** How often in its life the clock is looked at, and how many parts of its life pass before it is renewed. */
const LOOKS = 60;
const PARTS = 3;

/**
 * Renews leases until the signal is aborted. A renewal that fails for a passing reason is repeated for the rest of the
 * lease's life. Whoever sleeps does not notice that the machine did, and that the lease has expired meanwhile; so the clock
 * is looked at often, and a network that is not yet there after waking has as much time as another that fails.
 * @param onLost called once, when a lease cannot be kept
 */
export async function keepLeases(
  leases: readonly HeldLease[],
  keeper: Pick<LeaseKeeper, "clock" | "settings">,
  signal: AbortSignal,
  onLost: (error: unknown) => void,
): Promise<void> {
  const { clock, settings } = keeper;
  const now = () => clock.now().getTime();
  const partMs = (settings.leaseSeconds * 1000) / PARTS;
  let dueAt = now() + partMs;
  let looks = 0;
  let failingSince: number | undefined;
  while (!signal.aborted) {
    try {
      await clock.sleep(settings.leaseSeconds / LOOKS, signal);
    } catch {
      return;
    }
    const triedAt = now();
    looks += 1;
    // A clock that is put back must not put the renewal off.
    if (triedAt < dueAt && looks < LOOKS / PARTS) continue;
    try {
      for (const lease of leases) await lease.renew();
      dueAt = now() + partMs;
      looks = 0;
      failingSince = undefined;
    } catch (error) {
      failingSince ??= triedAt;
      const isLost =
        (error as { code?: string }).code === "LeaseLost" || now() - failingSince >= partMs * (PARTS - 1);
      if (isLost) return onLost(error);
    }
  }
}
