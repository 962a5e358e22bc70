import { AsyncLocalStorage } from "node:async_hooks";

/** Throws if a call must not be sent any more. */
export type AttemptCheck = () => Promise<void>;

/** The SDK passes nothing from a call to its attempts, so the check of a call is passed separately. */
const checks = new AsyncLocalStorage<AttemptCheck | undefined>();

/**
 * Runs work and calls a check before each of its requests: at the last moment before the request is sent, and again before each
 * retry. Seconds pass between two attempts, or hours if the machine sleeps.
 * @throws what the check throws; the request was not sent then
 */
export function checkingAttempts<T>(check: AttemptCheck, work: () => Promise<T>): Promise<T> {
  return checks.run(check, work);
}

/** Runs work without the check of the surrounding call. */
export function withoutCheck<T>(work: () => Promise<T>): Promise<T> {
  return checks.run(undefined, work);
}

/** To be awaited before each request. Requests of the check itself are not checked. */
export async function checkAttempt(): Promise<void> {
  const check = checks.getStore();
  if (check !== undefined) await withoutCheck(check);
}
