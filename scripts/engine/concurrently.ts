import pLimit from "p-limit";

/** High enough to combine reads into few calls, and low enough to limit memory with thousands of copies. */
const AT_ONCE = 1000;

/** Processes many items at the same time; the results are in the items' order. Rejects with the first failure. */
export function concurrently<T, R>(things: readonly T[], work: (thing: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(things.map((thing) => limit(() => work(thing))));
}
