import { setMaxListeners } from "node:events";
import { checkingAttempts } from "../aws";
import { interrupted } from "../engine/errors";
import { throwIfAborted } from "../engine/graph-runner";

/**
 * A new signal that follows the caller's. The caller's signal may live longer than the work, so it gets one listener, not hundreds.
 * @param given @default - a signal that is never aborted
 */
export function forwarded(given?: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const abort = () => own.abort();
  if (given?.aborted === true) abort();
  given?.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, end: () => given?.removeEventListener("abort", abort) };
}

/**
 * Runs work that only reads. Once it is aborted it sends no more requests, and does not wait for requests in progress.
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let forget: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(interrupted());
    signal.addEventListener("abort", stop, { once: true });
    forget = () => signal.removeEventListener("abort", stop);
  });
  try {
    return await Promise.race([checkingAttempts(async () => throwIfAborted(signal), work), aborted]);
  } finally {
    forget();
  }
}
