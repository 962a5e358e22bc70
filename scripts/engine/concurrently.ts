import pLimit from "p-limit";

/** Enough for looks to be joined into few calls, and few enough to keep memory small with thousands of copies. */
const AT_ONCE = 1000;

/** Does the same with many things at once; the results stand in their order. Rejects with the first failure. */
export function concurrently<T, R>(things: readonly T[], work: (thing: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(things.map((thing) => limit(() => work(thing))));
}
