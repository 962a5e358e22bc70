import type { ApiEvent } from "./events";

/**
 * Runs work that sends events. An error of the listener is thrown after the work has ended, and the listener is not called again:
 * a run that stopped because of its listener would leave its shares.
 */
export async function listening<T>(
  onEvent: ((event: ApiEvent) => void) | undefined,
  work: (listener: (event: ApiEvent) => void) => Promise<T>,
): Promise<T> {
  const thrown: unknown[] = [];
  const result = await work((event) => {
    if (thrown.length > 0) return;
    try {
      onEvent?.(event);
    } catch (error) {
      thrown.push(error);
    }
  });
  if (thrown.length > 0) throw thrown[0];
  return result;
}
