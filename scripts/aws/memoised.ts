import type { Place } from "../../topology";

/** Creates a value once for each key; keys with the same identity share it. */
export function memoised<K, V>(make: (key: K) => V, identity: (key: K) => string): (key: K) => V {
  const made = new Map<string, V>();
  return (key) => {
    const id = identity(key);
    const known = made.get(id);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(id, value);
    return value;
  };
}

/** Identity of an account and Region. */
export function placeKey({ account, region }: Place): string {
  return `${account.id}/${region}`;
}
