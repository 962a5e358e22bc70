import type { ApiEvent } from "./events";

/**
 * Does some work that tells what happens. What the listener throws is thrown when the work has ended, and it is told no
 * more: a run that stopped over who watches it would leave its shares.
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
