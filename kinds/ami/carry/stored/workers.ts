/**
 * Processes many items, a limited number at the same time. After the first failure no further item is started; the error is thrown
 * when all started items have ended, so no work continues after the call has returned.
 */
export async function atMost<T>(
  atOnce: number,
  things: readonly T[],
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const rest = things.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const thing of rest) {
      if (failures.length > 0) return;
      try {
        await work(thing);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
