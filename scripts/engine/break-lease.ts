import { openPage, overwritePage, type Book } from "./bookkeeping";
import { trustSeconds } from "./lease";
import { leaseOf, type LeaseKeeper, type LeaseRecord } from "./lease-record";

/**
 * Takes a lease away from the run that holds it, for nobody: the run finds that out before its next change at the latest when
 * it has to ask again, and until then nobody else begins.
 * @returns from when on another run may take it, by AWS's time; undefined when it was given back or taken over meanwhile
 */
export async function breakLease(
  book: Book,
  held: LeaseRecord,
  keeper: LeaseKeeper,
): Promise<Date | undefined> {
  const page = await openPage(book.lease);
  const record = page === undefined ? undefined : leaseOf(page.value);
  if (record === undefined || record.owner.run !== held.owner.run) return undefined;
  const now = book.now().getTime();
  const freeAt = new Date(now + trustSeconds(keeper.settings.leaseSeconds) * 1000);
  // No host has this name, so that nobody takes it for that of a dead process of theirs.
  const owner = { ...keeper.me, host: `keyferry unlock on ${keeper.me.host}` };
  const number = Math.max((record.number ?? 0) + 1, now);
  const since = new Date(now).toISOString();
  await overwritePage(book.lease, { owner, expires: freeAt.toISOString(), since, number });
  return freeAt;
}
