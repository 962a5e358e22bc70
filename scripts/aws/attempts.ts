import { AsyncLocalStorage } from "node:async_hooks";

/** Throws where a call must not be sent any more. */
export type AttemptCheck = () => Promise<void>;

/** The SDK hands nothing from a call to its attempts, so the check of a call travels beside it. */
const checks = new AsyncLocalStorage<AttemptCheck | undefined>();

/**
 * Does some work, each of whose requests is preceded by a check: at the last moment before it leaves, and again when it is
 * repeated. Between two attempts seconds pass, or hours when the machine sleeps.
 * @throws what the check throws; nothing has been sent then
 */
export function checkingAttempts<T>(check: AttemptCheck, work: () => Promise<T>): Promise<T> {
  return checks.run(check, work);
}

/** Does some work without the check of the call in which it is done. */
export function withoutCheck<T>(work: () => Promise<T>): Promise<T> {
  return checks.run(undefined, work);
}

/** To be awaited before each request. What the check itself asks of AWS is not checked. */
export async function checkAttempt(): Promise<void> {
  const check = checks.getStore();
  if (check !== undefined) await withoutCheck(check);
}
