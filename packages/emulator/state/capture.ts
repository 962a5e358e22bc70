/**
 * Converts a service's state to plain data and back. A state is an object whose own properties are records, maps or
 * values; functions are not part of the state. Maps, dates and bytes keep their type: `{"$map": [[key, value]]}`,
 * `{"$date": "..."}`, `{"$bytes": "base64"}`.
 */

/** The object that holds a service's state. */
export type Store = object;

export type Captured = { readonly [property: string]: unknown };

/** The current contents of a store; later changes do not affect it. */
export function capture(store: Store): Captured {
  return Object.fromEntries(
    Object.entries(store)
      .filter(([, value]) => isState(value))
      .map(([name, value]) => [name, written(value)]),
  );
}

/** Restores a store from captured data: maps are refilled, everything else is replaced. */
export function restore(store: Store, captured: Captured): void {
  const target = store as Record<string, unknown>;
  for (const [name, value] of Object.entries(captured)) {
    const next = read(value);
    const current = target[name];
    if (!(current instanceof Map) || !(next instanceof Map)) {
      target[name] = next;
      continue;
    }
    current.clear();
    for (const [key, entry] of next) current.set(key, entry);
  }
}

/** Helpers of a class, such as a clock, are passed in again by the code that creates it. */
function isState(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return isPlain(value) || value instanceof Map || Array.isArray(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    !Object.values(value).some((inner) => typeof inner === "function")
  );
}

function written(value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value].map(([key, entry]) => [written(key), written(entry)]) };
  if (value instanceof Set) return { $set: [...value].map(written) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, written(inner)]));
}

const READERS: Readonly<Record<string, (value: never) => unknown>> = {
  $map: (entries: readonly (readonly [unknown, unknown])[]) =>
    new Map(entries.map(([key, entry]) => [read(key), read(entry)])),
  $set: (entries: readonly unknown[]) => new Set(entries.map(read)),
  $date: (text: string) => new Date(text),
  $bytes: (text: string) => Buffer.from(text, "base64"),
};

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  const [only, ...more] = Object.entries(value);
  if (only !== undefined && more.length === 0 && Object.hasOwn(READERS, only[0])) {
    return READERS[only[0]]?.(only[1] as never);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(inner)]));
}
