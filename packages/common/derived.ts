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

/**
 * The same for what is made of values, such as names: remembered as long as the function is.
 * @param valueOf what two keys that are the same have in common. @default - the key itself
 */
export function byValue<K, T>(make: (key: K) => T, valueOf?: (key: K) => unknown): (key: K) => T {
  const known = new Map<unknown, T>();
  return (key) => {
    const value = valueOf === undefined ? key : valueOf(key);
    const found = known.get(value);
    if (found !== undefined || known.has(value)) return found as T;
    const made = make(key);
    known.set(value, made);
    return made;
  };
}

/** What is made when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
