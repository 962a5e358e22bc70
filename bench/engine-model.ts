/** One copy in the models. */
export interface ModelCopy {
  readonly id: string;
  /** Account and Region. */
  readonly place: string;
  readonly seconds: number;
  /** The copy from which it is created. @default - the source image */
  readonly after?: string;
}

/**
 * A lower bound in seconds for any schedule: each account and Region makes all of its copies with its slots, starting when its
 * first copy can begin, and no copy ends before its own source.
 */
export function boundSeconds(copies: readonly ModelCopy[], slots: number): number {
  const readyAt = new Map<string, number>();
  const chains = copies.map((copy) => {
    const begins = copy.after === undefined ? 0 : (readyAt.get(copy.after) ?? 0);
    readyAt.set(copy.id, begins + copy.seconds);
    return { ...copy, begins };
  });
  const places = [...new Set(copies.map(({ place }) => place))].map((place) => {
    const own = chains.filter((copy) => copy.place === place);
    const work = own.reduce((sum, { seconds }) => sum + seconds, 0);
    return Math.min(...own.map(({ begins }) => begins)) + work / slots;
  });
  return Math.max(...places, ...readyAt.values());
}

/**
 * Seconds that copies take with a given number at the same time: copies start as soon as they can, calls take no time, and
 * every end is seen immediately.
 * @param copies in an order in which each follows its source
 */
export function parallelSeconds(copies: readonly ModelCopy[], slots: number): number {
  const free = Array<number>(slots).fill(0);
  const ends = new Map<string, number>();
  const waiting = new Set(copies);
  while (waiting.size > 0) {
    const soonest = Math.min(...free);
    let next: { readonly copy: ModelCopy; readonly begins: number } | undefined;
    for (const copy of waiting) {
      const ready = copy.after === undefined ? 0 : ends.get(copy.after);
      if (ready === undefined) continue;
      const begins = Math.max(ready, soonest);
      if (next === undefined || begins < next.begins) next = { copy, begins };
    }
    if (next === undefined) break;
    const end = next.begins + next.copy.seconds;
    free[free.indexOf(soonest)] = end;
    ends.set(next.copy.id, end);
    waiting.delete(next.copy);
  }
  return Math.max(...ends.values());
}

/** Seconds that copies take one after the other. */
export function serialSeconds(copies: readonly ModelCopy[]): number {
  return copies.reduce((sum, copy) => sum + copy.seconds, 0);
}
