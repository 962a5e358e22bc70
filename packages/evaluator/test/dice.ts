/**
 * Choices that are derived from one number. fast-check generates the numbers and repeats the one that fails; plain code
 * builds a world from it, so that 10,000 runs of every property take about a second.
 */
export interface Dice {
  /** True once in this many times. */
  readonly oneIn: (times: number) => boolean;
  readonly one: <T>(list: readonly T[]) => T;
  /** From `min` to `max` of a list, each once, in any order. */
  readonly some: <T>(list: readonly T[], min: number, max: number) => T[];
  /** From `min` to `max` new ones. */
  readonly many: <T>(min: number, max: number, make: () => T) => T[];
}

export function dice(seed: number): Dice {
  let state = seed | 0;
  /** mulberry32: 32 bits of state are enough for small worlds. */
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const between = (min: number, max: number) => min + below(max - min + 1);
  return {
    oneIn: (times) => below(times) === 0,
    one: <T>(list: readonly T[]) => list[below(list.length)] as T,
    some(list, min, max) {
      const left = [...list];
      return Array.from(
        { length: between(min, Math.min(max, left.length)) },
        () => left.splice(below(left.length), 1)[0] as (typeof left)[number],
      );
    },
    many: (min, max, make) => Array.from({ length: between(min, max) }, make),
  };
}
