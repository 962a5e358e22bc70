/**
 * What follows from an object that never changes: derived when it is first asked for, remembered by the object's identity,
 * and forgotten together with it.
 */
export function derived<S extends object, T>(derive: (source: S) => T): (source: S) => T {
  const known = new WeakMap<S, { readonly value: T }>();
  return (source) => {
    let found = known.get(source);
    if (found === undefined) known.set(source, (found = { value: derive(source) }));
    return found.value;
  };
}

/** The same by a plain value, such as a name: remembered as long as the function is. */
export function byValue<K, T>(make: (key: K) => T): (key: K) => T {
  const known = new Map<K, { readonly value: T }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: make(key) }));
    return found.value;
  };
}
