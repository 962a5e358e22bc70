import type { Found } from "../finding";
import type { DeclaredCopy } from "../read/copies";
import type { Comparison } from "../rule";

/** More places in one sentence would be hard to read; the finding has all of them. */
const MOST_PLACES = 6;

/** The copy jobs of one side that the other does not have; none where one side has no data on copy jobs. */
export function copiesOnlyIn({ base, head }: Comparison, side: "base" | "head"): readonly DeclaredCopy[] {
  const [own, other] = side === "base" ? [base.copies, head.copies] : [head.copies, base.copies];
  if (own === undefined || other === undefined) return [];
  return [...own].flatMap(([id, copy]) => (other.has(id) ? [] : [copy]));
}

/** Copy jobs of both sides whose texts differ; those that differ in the same way are one finding. */
export function changedCopies(
  { base, head }: Comparison,
  textOf: (copy: DeclaredCopy) => string,
  verb: string,
): readonly Found[] {
  const changed = [...(head.copies ?? [])].flatMap(([id, copy]) => {
    const old = base.copies?.get(id);
    if (old === undefined || textOf(old) === textOf(copy)) return [];
    return [{ copy, values: { before: textOf(old), after: textOf(copy) } }];
  });
  return grouped(changed, ({ copy, values }) => `${copy.rule}\n${values.before}\n${values.after}`).map(
    ([first, ...others]) => {
      const { before, after } = first.values;
      return aboutCopies(
        [first.copy, ...others.map(({ copy }) => copy)],
        (what, into) => `${what} into ${into} ${verb} ${after}, previously ${before}`,
        first.values,
      );
    },
  );
}

/** One finding for all copy jobs with the same rule and source. */
export function toldByRule(
  copies: readonly DeclaredCopy[],
  message: (what: string, into: string, from: string) => string,
  planned: (copies: readonly DeclaredCopy[]) => Planned,
): readonly Found[] {
  return grouped(copies, (copy) => `${copy.rule}\n${fromText(copy)}`).map((group) => {
    const { text, values } = planned(group);
    return aboutCopies(group, (what, into) => `${message(what, into, fromText(group[0]))}${text}`, values);
  });
}

/** What a plan says about some copy jobs, to be added to their finding. */
export interface Planned {
  /** End of the sentence; empty where there is no plan. */
  readonly text: string;
  readonly values: Pick<Found, "data" | "cost">;
}

type Group<T> = readonly [T, ...T[]];

function aboutCopies(
  copies: Group<DeclaredCopy>,
  message: (what: string, into: string) => string,
  values: Pick<Found, "before" | "after" | "data" | "cost">,
): Found {
  const [{ kind, rule }] = copies;
  const places = copies.map(({ to }) => `${to.account} ${to.region}`);
  return {
    message: message(`${kind} ${rule}`, placesText(places)),
    resources: places.map((place) => `${kind} ${rule} into ${place}`),
    accounts: [...new Set(copies.map(({ to }) => to.account))],
    sources: [`copy jobs: ${rule}`],
    ...values,
  };
}

/** The first places by name, and how many more there are. */
export function placesText(places: readonly string[]): string {
  const more = places.length - MOST_PLACES;
  return places.slice(0, MOST_PLACES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** `newest web-* of 111111111111 eu-west-1` */
export function fromText({ from }: DeclaredCopy): string {
  return `${from.source} of ${from.account} ${from.region}`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
