import { MAP_SAMPLE } from "./inputs";
import { decider, negated, presence } from "./presence";
import type { Samples } from "./input";
import { template, type Scope } from "./template";
import { call, list, object, type Hcl } from "./text";
import { isObject, Json, type Tree, type TreeObject } from "./tree";
import type { Variant } from "./variants";

/** A value in each variant. */
export type Found = readonly (Tree | undefined)[];

/** Creates expressions from the values of the variants. */
export class Expressions {
  constructor(
    readonly variants: readonly Variant[],
    readonly samples: readonly Samples[],
  ) {}

  /** Merges the values of all variants into one; values that depend on variables become expressions. */
  of(found: Found, scope: Scope): Hcl {
    const first = found.find((tree) => tree !== undefined);
    if (first instanceof Json) {
      const values = found.map((tree) => (tree instanceof Json ? tree.value : undefined));
      return call("jsonencode", [this.of(values, scope)]);
    }
    if (Array.isArray(first)) return this.listOf(found as readonly (readonly Tree[] | undefined)[], scope);
    if (isObject(first)) return this.objectOf(found as readonly (TreeObject | undefined)[], scope);
    return this.scalarOf(found, scope);
  }

  /** Condition under which something exists. @param within the variants that have its parent */
  when(found: Found, within: Found): Hcl | undefined {
    const isThere = (tree: Tree | undefined) => tree !== undefined;
    return presence(this.variants, found.map(isThere), within.map(isThere));
  }

  private scalarOf(found: Found, scope: Scope): Hcl {
    const texts = found.map((tree) => (tree === undefined ? undefined : this.literal(tree, scope)));
    const different = [...new Set(texts.filter((text) => text !== undefined))];
    if (different.length <= 1) return different[0] ?? "null";
    const by = decider(this.variants, texts);
    if (by === undefined) throw new TypeError(`no variable decides between ${different.join(" and ")}`);
    const [given = "", absent = ""] = [texts[by.given], texts[by.absent]];
    if (given === "true" && absent === "false") return by.when;
    if (given === "false" && absent === "true") return negated(by.when);
    return `${by.when} ? ${given} : ${absent}`;
  }

  private literal(tree: Tree, scope: Scope): Hcl {
    if (typeof tree !== "string") return String(tree);
    const { hcl, over } = template(tree, this.samples, scope);
    if (over.length > 0) throw new TypeError(`${tree} stands for several values where one is required`);
    return hcl;
  }

  private objectOf(found: readonly (TreeObject | undefined)[], scope: Scope): Hcl {
    const keys = keysOf(found);
    const own = keys.filter((key) => !key.startsWith(MAP_SAMPLE));
    const entries = own.map((key) => {
      const values = found.map((one) => one?.[key]);
      if (this.when(values, found) !== undefined)
        throw new TypeError(`${key} is optional where a module cannot leave it out`);
      return [key, this.of(values, scope)] as const;
    });
    const maps = keys
      .filter((key) => key.startsWith(MAP_SAMPLE))
      .map((key) => `var.${key.slice(MAP_SAMPLE.length)}`);
    if (maps.length === 0) return object(entries);
    return entries.length === 0 && maps.length === 1
      ? (maps[0] ?? "")
      : call("merge", [object(entries), ...maps]);
  }

  private listOf(found: readonly (readonly Tree[] | undefined)[], scope: Scope): Hcl {
    const elements = new Map<string, (Tree | undefined)[]>();
    found.forEach((one, variant) => {
      for (const element of one ?? []) {
        const id = identity(element);
        const values = elements.get(id) ?? found.map(() => undefined);
        values[variant] = element;
        elements.set(id, values);
      }
    });
    const sections = [...elements.values()].map((element) => this.section(element, found, scope));
    return joined(sections);
  }

  /** One element of a list, or a sample that stands for several. */
  private section(element: Found, within: Found, scope: Scope): Section {
    const tree = element.find((one) => one !== undefined);
    if (typeof tree === "string") {
      const { hcl, over, isShared } = template(tree, this.samples, scope);
      if (over.length > 0) return { several: loop(hcl, over), isShared };
    }
    const whole = isObject(tree) ? this.samples.find(({ whole }) => identity(tree) === whole) : undefined;
    if (whole !== undefined) return { several: whole.over, isShared: false };
    const when = this.when(element, within);
    return { item: this.of(element, scope), ...(when === undefined ? {} : { when }) };
  }
}

/** A part of a list: an item with its condition, or a list. */
type Section =
  { readonly item: Hcl; readonly when?: Hcl } | { readonly several: Hcl; readonly isShared: boolean };

/** Identifies an element in all variants: for a statement, its Sid. */
function identity(element: Tree): string {
  const sid = isObject(element) ? element["Sid"] : undefined;
  return typeof sid === "string" ? sid : JSON.stringify(element);
}

/** A list expression with one item for each element of other lists. */
function loop(item: Hcl, over: readonly Samples[]): Hcl {
  const [only] = over;
  if (over.length === 1 && only?.element === item) return only.over;
  const inside = over.reduceRight(
    (hcl, { element, over: all }) => `[for ${element} in ${all} : ${hcl}]`,
    item,
  );
  return over.length > 1 ? call("flatten", [inside]) : inside;
}

/** Sections in their order as one list. A conditional item is filtered, because Terraform accepts no lists of different types after `?`. */
function joined(sections: readonly Section[]): Hcl {
  const lists: Hcl[] = [];
  let items: Hcl[] = [];
  let when: Hcl | undefined;
  const close = () => {
    if (items.length === 0) return;
    lists.push(when === undefined ? list(items) : `[for one in ${list(items)} : one if ${when}]`);
    items = [];
  };
  for (const section of sections) {
    if ("several" in section) {
      close();
      lists.push(section.several);
      continue;
    }
    if (section.when !== when) close();
    when = section.when;
    items.push(section.item);
  }
  close();
  const several = sections.filter((section) => "several" in section);
  const isRepeated = several.length > 1 || several.some(({ isShared }) => isShared);
  const all = lists.length === 1 ? (lists[0] ?? "") : lists.length === 0 ? "[]" : call("concat", lists);
  return isRepeated ? call("distinct", [all]) : all;
}

/** Elements of all variants, in the order of the first variant that has any. */
export function keysOf(found: readonly (TreeObject | undefined)[]): readonly string[] {
  return [...new Set(found.flatMap((one) => Object.keys(one ?? {})))];
}
