import type { Input } from "./input";
import type { Hcl } from "./text";
import type { Variant } from "./variants";

/** Conditions under which something exists, derived from the variables of each synthesis. */
interface Condition {
  readonly holds: (given: ReadonlySet<Input>) => boolean;
  readonly hcl: Hcl;
}

/**
 * Condition under which something exists, as an expression; undefined if it exists whenever its parent does.
 * @param present whether each variant has it
 * @param within whether each variant has its parent
 * @throws TypeError if it depends on variables in another way than "any of" or "all of", which modules cannot express
 */
export function presence(
  variants: readonly Variant[],
  present: readonly boolean[],
  within: readonly boolean[],
): Hcl | undefined {
  const asked = variants.map(({ given }, index) => ({ given, is: present[index] === true }));
  const here = asked.filter((_, index) => within[index] === true);
  if (here.every(({ is }) => is)) return undefined;
  const condition = candidates(here).find(({ holds }) => here.every(({ given, is }) => holds(given) === is));
  if (condition === undefined)
    throw new TypeError("the condition is not any of its variables or all of them");
  return condition.hcl;
}

/** The one variable that decides between two values; undefined if there is none. */
export function decider(
  variants: readonly Variant[],
  values: readonly (string | undefined)[],
): { readonly when: Hcl; readonly given: number; readonly absent: number } | undefined {
  for (const input of optionalOf(variants)) {
    const indexes = values.flatMap((value, index) => (value === undefined ? [] : [index]));
    const given = indexes.filter((index) => variants[index]?.given.has(input));
    const absent = indexes.filter((index) => !variants[index]?.given.has(input));
    const isOne = (of: readonly number[]) => new Set(of.map((index) => values[index])).size === 1;
    if (isOne(given) && isOne(absent))
      return { when: input.when ?? "", given: given[0] ?? 0, absent: absent[0] ?? 0 };
  }
  return undefined;
}

export function negated(hcl: Hcl): Hcl {
  return /^[\w.]+$/.test(hcl) ? `!${hcl}` : `!(${hcl})`;
}

interface Asked {
  readonly given: ReadonlySet<Input>;
  readonly is: boolean;
}

function candidates(here: readonly Asked[]): readonly Condition[] {
  const inputs = [...new Set(here.flatMap(({ given }) => [...given]))];
  const whens = (of: readonly Input[], sign: string) => of.map(({ when }) => when).join(` ${sign} `);
  const alone = (input: Input) => here.find(({ given }) => given.size === 1 && given.has(input));
  const without = (input: Input) =>
    here.find(({ given }) => given.size === inputs.length - 1 && !given.has(input));
  const any = inputs.filter((input) => alone(input)?.is === true);
  const all = inputs.filter((input) => without(input)?.is === false);
  return [
    ...inputs.map((input) => ({ holds: has(input), hcl: input.when ?? "" })),
    ...inputs.map((input) => ({
      holds: (given: ReadonlySet<Input>) => !given.has(input),
      hcl: negated(input.when ?? ""),
    })),
    { holds: (given) => any.some((input) => given.has(input)), hcl: whens(any, "||") },
    { holds: (given) => all.every((input) => given.has(input)), hcl: whens(all, "&&") },
  ];
}

function has(input: Input): Condition["holds"] {
  return (given) => given.has(input);
}

function optionalOf([everything]: readonly Variant[]): readonly Input[] {
  return [...(everything?.given ?? [])];
}
