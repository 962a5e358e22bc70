import { keysOf, type Expressions, type Found } from "./expression";
import type { Element, Samples } from "./input";
import { template, type Scope } from "./template";
import { assignments, block, list, type Hcl } from "./text";
import { isObject, type Tree, type TreeObject } from "./tree";

/** Attributes that are maps; every other object is a block. */
const MAPS = ["tags"];
/** Attributes whose values are addresses, not strings. */
const ADDRESSES = ["depends_on", "ignore_changes"];

type FoundObject = readonly (TreeObject | undefined)[];

/** A resource or data source. @param kind `resource` or `data` */
export function elementBlock(
  expressions: Expressions,
  kind: string,
  type: string,
  name: string,
  found: FoundObject,
): Hcl {
  const [all] = samplesIn(expressions, found, new Map());
  const scope: Scope = all === undefined ? new Map() : new Map([[all, elementOf("each")]]);
  const everywhere = expressions.variants.map((): Tree => true);
  const when = expressions.when(found, everywhere);
  const repeated =
    all !== undefined
      ? assignments([["for_each", all.over]])
      : when !== undefined
        ? assignments([["count", `${when} ? 1 : 0`]])
        : "";
  return block(`${kind} "${type}" "${name}"`, repeated, ...content(expressions, found, scope));
}

/** Attributes and blocks of a resource. */
function content(expressions: Expressions, found: FoundObject, scope: Scope): readonly Hcl[] {
  const attributes: (readonly [string, Hcl])[] = [];
  const later: (readonly [string, Hcl])[] = [];
  const blocks: Hcl[] = [];
  for (const key of keysOf(found)) {
    const values = found.map((one) => one?.[key]);
    if (key === "lifecycle") blocks.push(...lifecycle(expressions, values, found));
    else if (isBlock(key, values)) blocks.push(...blocksOf(expressions, key, values, found, scope));
    else if (ADDRESSES.includes(key)) later.push([key, addresses(values)]);
    else attributes.push([key, attribute(expressions, values, found, scope)]);
  }
  return [assignments(attributes), ...blocks, assignments(later)];
}

function attribute(expressions: Expressions, values: Found, within: Found, scope: Scope): Hcl {
  const when = expressions.when(values, within);
  const hcl = expressions.of(values, scope);
  if (when === undefined || when === `${hcl} != null`) return hcl;
  return when.startsWith("!") && !when.startsWith("!(")
    ? `${when.slice(1)} ? null : ${hcl}`
    : `${when} ? ${hcl} : null`;
}

/** Terraform accepts no expression there: what depends on variables is left to the policies. */
function lifecycle(expressions: Expressions, values: Found, within: Found): readonly Hcl[] {
  if (expressions.when(values, within) !== undefined) return [];
  const found = values as FoundObject;
  return [
    block(
      "lifecycle",
      assignments(
        keysOf(found).map((key) => {
          const each = found.map((one) => one?.[key]);
          return [key, ADDRESSES.includes(key) ? addresses(each) : expressions.of(each, new Map())];
        }),
      ),
    ),
  ];
}

function blocksOf(
  expressions: Expressions,
  name: string,
  values: Found,
  within: Found,
  scope: Scope,
): readonly Hcl[] {
  const lists = values.map((value) =>
    value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as readonly TreeObject[]),
  );
  const count = Math.max(...lists.map((one) => one.length));
  return Array.from({ length: count }, (_, index) => {
    const found = lists.map((one) => one[index]);
    const [all] = samplesIn(expressions, found, scope);
    if (all !== undefined)
      return dynamic(expressions, name, all.over, found, new Map([...scope, [all, elementOf(name)]]));
    const when = expressions.when(found, within);
    return when === undefined
      ? block(name, ...content(expressions, found, scope))
      : dynamic(expressions, name, `${when} ? [true] : []`, found, scope);
  });
}

/** Content that Terraform repeats, with the name of the iterator in it. */
function elementOf(name: string): Element {
  return { key: `${name}.key`, value: `${name}.value` };
}

function dynamic(expressions: Expressions, name: string, over: Hcl, found: FoundObject, scope: Scope): Hcl {
  return block(
    `dynamic "${name}"`,
    assignments([["for_each", over]]),
    block("content", ...content(expressions, found, scope)),
  );
}

function isBlock(key: string, values: Found): boolean {
  if (MAPS.includes(key)) return false;
  return values.some((value) => isObject(value) || (Array.isArray(value) && isObject(value[0] as Tree)));
}

/** Samples in single attributes: the resource that has them is repeated for each element. */
function samplesIn(expressions: Expressions, found: FoundObject, scope: Scope): readonly Samples[] {
  const texts = found.flatMap((one) => Object.values(one ?? {}).filter((value) => typeof value === "string"));
  const over = texts.flatMap((text) => template(text, expressions.samples, scope).over);
  return [...new Set(over)];
}

function addresses(values: Found): Hcl {
  const all = values.flatMap((value) => (value ?? []) as readonly string[]);
  return list([...new Set(all)]);
}
