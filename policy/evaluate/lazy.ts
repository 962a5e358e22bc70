/** Makes a value when it is first asked for, and once only: most statements of a document are never looked into. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
