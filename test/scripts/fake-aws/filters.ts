import type { Filters } from "../../../scripts/aws";

/** Whether a resource with these fields and tags matches EC2's filters. */
export function fits(
  filters: Filters,
  fields: Readonly<Record<string, string | readonly string[]>>,
  tags: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(filters).every(([name, values]) => {
    if (name === "tag-key")
      return values.some((key) => Object.keys(tags).some((own) => wildcard(key).test(own)));
    const actual = name.startsWith("tag:") ? tags[name.slice(4)] : fields[name];
    if (!name.startsWith("tag:") && !(name in fields)) throw new TypeError(`the fake has no filter ${name}`);
    const all = actual === undefined ? [] : [actual].flat();
    return values.some((value) => all.some((one) => wildcard(value).test(one)));
  });
}

/** Cached by pattern, because the same few patterns are used repeatedly. */
const WILDCARDS = new Map<string, RegExp>();

function wildcard(pattern: string): RegExp {
  const known = WILDCARDS.get(pattern);
  if (known !== undefined) return known;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const made = new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
  WILDCARDS.set(pattern, made);
  return made;
}
