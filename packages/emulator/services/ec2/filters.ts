import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { objects, requiredText, texts } from "./input";

/** Filter name -> the values of one resource that the filter is compared with. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/** The resources that pass every filter of the call. @throws InvalidParameterValue as `filterOf` */
export function applyFilters<T>(
  items: readonly T[],
  input: JsonObject,
  table: FilterTable<T>,
  tagsOf: (item: T) => Readonly<Record<string, string>>,
): readonly T[] {
  return items.filter(filterOf(input, table, tagsOf));
}

/**
 * Whether a resource passes every filter of the call. Values may hold the wildcards `*` and `?`; a backslash escapes.
 * @throws InvalidParameterValue for a filter that the table does not have
 */
export function filterOf<T>(
  input: JsonObject,
  table: FilterTable<T>,
  tagsOf: (item: T) => Readonly<Record<string, string>>,
): (item: T) => boolean {
  const tests = objects(input, "Filter").map((filter) => {
    const read = reader(requiredText(filter, "Name"), table, tagsOf);
    const matches = matcher(texts(filter, "Value"));
    return (item: T): boolean => read(item).some((value) => value !== undefined && matches(value));
  });
  return (item) => tests.every((passes) => passes(item));
}

function reader<T>(
  name: string,
  table: FilterTable<T>,
  tagsOf: (item: T) => Readonly<Record<string, string>>,
): (item: T) => readonly (string | undefined)[] {
  if (name === "tag-key") return (item) => Object.keys(tagsOf(item));
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return (item) => [tagsOf(item)[key]];
  }
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (read === undefined) throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
  return read;
}

/** Whether a text is one of the values; plain values are looked up, patterns are tried one after the other. */
function matcher(values: readonly string[]): (text: string) => boolean {
  const plain = new Set(values.filter((value) => !/[*?\\]/.test(value)));
  const patterns = values.filter((value) => !plain.has(value)).map(wildcard);
  if (patterns.length === 0) return (text) => plain.has(text);
  return (text) => plain.has(text) || patterns.some((pattern) => pattern.test(text));
}

/** Documented filters on properties that no resource has here, so that they match nothing. */
export function neverMatching<T>(names: readonly string[]): FilterTable<T> {
  return Object.fromEntries(names.map((name) => [name, () => []]));
}

/** An anchored expression for a filter value. */
export function wildcard(value: string): RegExp {
  const source = value.replace(
    /\\([*?\\])|[*]|[?]|[.+^${}()|[\]\\]/g,
    (found, escaped: string | undefined) => {
      if (escaped !== undefined) return `\\${escaped}`;
      if (found === "*") return ".*";
      return found === "?" ? "." : `\\${found}`;
    },
  );
  return new RegExp(`^${source}$`, "s");
}
