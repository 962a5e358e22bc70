/** Each of some things once: of those that have the same identity the last, in the place of the first. */
export function uniqueBy<T>(things: readonly T[], identity: (thing: T) => string): readonly T[] {
  return [...new Map(things.map((thing) => [identity(thing), thing])).values()];
}
