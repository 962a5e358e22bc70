import { canonicalDocument, type CanonicalStatement } from "@keyferry/evaluator";
import { derived } from "@keyferry/common";
import { coversAction } from "../../policy/lint/actions";

/** The statements of a document in canonical form, without their Sids. */
export const statementsOf = derived((document: object): readonly CanonicalStatement[] =>
  (canonicalDocument(document)?.Statement ?? []).map(nameless),
);

/** Leaves out what does not affect rights, and sorts lists. */
function nameless(statement: CanonicalStatement): CanonicalStatement {
  const { Sid, ...elements } = sorted(statement) as CanonicalStatement;
  void Sid;
  return elements;
}

/** Statements that are on one side only. */
export function changedStatements(
  base: readonly object[],
  head: readonly object[],
): readonly CanonicalStatement[] {
  const count = new Map<string, { readonly statement: CanonicalStatement; times: number }>();
  const add = (document: object, by: number) => {
    // Two equal statements have the same effect as one.
    const texts = new Map(
      statementsOf(document).map((statement) => [textOf(document, statement), statement]),
    );
    for (const [text, statement] of texts) {
      const found = count.get(text);
      if (found === undefined) count.set(text, { statement, times: by });
      else found.times += by;
    }
  };
  base.forEach((document) => add(document, -1));
  head.forEach((document) => add(document, 1));
  return [...count.values()].filter(({ times }) => times !== 0).map(({ statement }) => statement);
}

/** The older version has no policy variables, so equal statements of different versions differ. */
function textOf(document: object, statement: CanonicalStatement): string {
  return `${canonicalDocument(document)?.Version ?? ""} ${JSON.stringify(statement)}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map(String))].sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

/** Whether a statement names an action. */
export function speaksOf({ Action, NotAction }: CanonicalStatement, action: string): boolean {
  if (NotAction !== undefined) return !NotAction.some((pattern) => coversAction(pattern, action));
  return Action?.some((pattern) => coversAction(pattern, action)) === true;
}

/** The principals that a statement names, or exempts. */
export function principalsOf({
  Principal,
  NotPrincipal,
}: CanonicalStatement): readonly (readonly [string, string])[] {
  return [Principal, NotPrincipal].flatMap((element) =>
    Object.entries(element ?? {}).flatMap(([type, names]) => names.map((name) => [type, name] as const)),
  );
}

/** Values of a condition key, with their operators. */
export interface ConditionValues {
  readonly key: string;
  readonly operators: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/** Conditions of some statements, by condition key in lower case. */
export function conditionsOf(
  statements: readonly CanonicalStatement[],
): ReadonlyMap<string, ConditionValues> {
  const found = new Map<string, { key: string; operators: Set<string>; values: Set<string> }>();
  for (const { Condition } of statements) {
    for (const [operator, keys] of Object.entries(Condition ?? {})) {
      for (const [key, values] of Object.entries(keys)) {
        const known = found.get(key.toLowerCase()) ?? { key, operators: new Set(), values: new Set() };
        known.operators.add(operator);
        values.forEach((value) => known.values.add(value));
        found.set(key.toLowerCase(), known);
      }
    }
  }
  return found;
}
