/** One copy as the models see it. */
export interface ModelCopy {
  readonly id: string;
  /** Account and Region. */
  readonly place: string;
  readonly seconds: number;
  /** The copy that it is made from. @default - the source image */
  readonly after?: string;
}

/**
 * Seconds that copies take when nothing but the number of copies in progress holds them up: no call takes time, every
 * end is seen at once, and whoever can begin first does.
 * @param copies each after the one that it is made from
 * @param slots how many may be in progress in one pool
 * @param poolOf what shares slots: a place by AWS's quotas, everything for a tool that does so many things at once
 */
export function idealSeconds(
  copies: readonly ModelCopy[],
  slots: number,
  poolOf: (copy: ModelCopy) => string,
): number {
  const pools = new Map<string, number[]>();
  const ends = new Map<string, number>();
  let waiting = [...copies];
  while (waiting.length > 0) {
    const possible = waiting
      .filter(({ after }) => after === undefined || ends.has(after))
      .map((copy) => {
        const pool = pools.get(poolOf(copy)) ?? Array<number>(slots).fill(0);
        pools.set(poolOf(copy), pool);
        const ready = copy.after === undefined ? 0 : (ends.get(copy.after) ?? 0);
        return { copy, pool, begins: Math.max(ready, Math.min(...pool)) };
      });
    const next = possible.reduce((first, other) => (other.begins < first.begins ? other : first));
    next.pool[next.pool.indexOf(Math.min(...next.pool))] = next.begins + next.copy.seconds;
    ends.set(next.copy.id, next.begins + next.copy.seconds);
    waiting = waiting.filter((copy) => copy !== next.copy);
  }
  return Math.max(...ends.values());
}

/** Seconds that copies take one after the other. */
export function serialSeconds(copies: readonly ModelCopy[]): number {
  return copies.reduce((sum, copy) => sum + copy.seconds, 0);
}
