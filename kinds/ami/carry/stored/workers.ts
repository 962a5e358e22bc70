/**
 * Does something with many things, so many at a time. The first failure lets nothing more begin, and is thrown once what was begun
 * has ended: nothing is left at work behind the caller's back.
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
