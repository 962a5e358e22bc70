/**
 * A value derived from an object that never changes: computed at the first request, cached by the object's identity,
 * and released together with it.
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
 * The same for values derived from values, such as names: cached for the lifetime of the function.
 * @param valueOf the value that equal keys have in common. @default - the key itself
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

/** A value that is created when it is first requested. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
