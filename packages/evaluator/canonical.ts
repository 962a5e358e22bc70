import { operatorName, type Condition } from "./conditions";
import { readDocument, type Element, type ReadStatement } from "./document";

type Texts = readonly string[];

/** A statement in canonical form: every list is a list, and every principal has its type. */
export interface CanonicalStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, Texts>>;
  readonly NotPrincipal?: Readonly<Record<string, Texts>>;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

export interface CanonicalDocument {
  readonly Version: string;
  readonly Statement: readonly CanonicalStatement[];
}

/**
 * A document in the evaluator's normalised form: two documents with the same canonical form decide alike. The order of
 * statements and lists is kept. Undefined for a malformed document.
 */
export function canonicalDocument(document: unknown): CanonicalDocument | undefined {
  const { version, statements, problems } = readDocument(document);
  return problems.length > 0
    ? undefined
    : { Version: version, Statement: statements.map(canonicalStatement) };
}

function canonicalStatement(statement: ReadStatement): CanonicalStatement {
  const { sid, effect, principals, actions, resources, conditions } = statement;
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principals === undefined ? {} : named("Principal", principals.negated, principals.byType)),
    ...element("Action", actions),
    ...element("Resource", resources),
    ...(conditions.length === 0 ? {} : { Condition: canonicalConditions(conditions) }),
  };
}

function element(name: "Action" | "Resource", value: Element | undefined) {
  return value === undefined ? {} : named(name, value.negated, value.values);
}

function named(name: string, negated: boolean, value: unknown): Record<string, unknown> {
  return { [negated ? `Not${name}` : name]: value };
}

function canonicalConditions(conditions: readonly Condition[]) {
  const byOperator = new Map<string, [string, Texts][]>();
  for (const condition of conditions) {
    const name = operatorName(condition);
    byOperator.set(name, [...(byOperator.get(name) ?? []), [condition.key, condition.values]]);
  }
  return Object.fromEntries([...byOperator].map(([name, keys]) => [name, Object.fromEntries(keys)]));
}
