/** Removes duplicates: of items with the same identity the last remains, at the position of the first. */
export function uniqueBy<T>(things: readonly T[], identity: (thing: T) => string): readonly T[] {
  return [...new Map(things.map((thing) => [identity(thing), thing])).values()];
}
