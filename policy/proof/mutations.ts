import type { Conditions, PolicyDocument, PolicyStatement } from "../document";

/** A document with one element removed, or made too permissive. */
export interface Mutation {
  /** Id of the row, which is the statement's Sid. */
  readonly row: string;
  /** `narrowed`: a call of a job must fail. `widened`: a call that must be refused must be allowed. */
  readonly kind: "narrowed" | "widened";
  /** For people: `without Action kms:CreateGrant`. */
  readonly what: string;
  readonly document: PolicyDocument;
}

/** A narrower Deny allows more, a wider Deny less. */
const OPPOSITE = { narrowed: "widened", widened: "narrowed" } as const;

/** One changed statement; undefined if nothing of it is left. */
interface Change {
  readonly kind: Mutation["kind"];
  readonly what: string;
  readonly statement: PolicyStatement | undefined;
}

/** Every single mutation of a document that was generated from the permission table, one at a time. */
export function mutations(document: PolicyDocument): readonly Mutation[] {
  return document.Statement.flatMap((statement, index) =>
    [...narrowed(statement), ...widened(statement)].map(({ kind, what, statement: changed }): Mutation => ({
      row: statement.Sid,
      kind: statement.Effect === "Allow" ? kind : OPPOSITE[kind],
      what,
      document: {
        ...document,
        Statement: [
          ...document.Statement.slice(0, index),
          ...(changed === undefined ? [] : [changed]),
          ...document.Statement.slice(index + 1),
        ],
      },
    })),
  );
}

function narrowed(statement: PolicyStatement): readonly Change[] {
  const each = (
    element: string,
    list: readonly string[],
    rebuild: (rest: readonly string[]) => PolicyStatement,
  ) =>
    list.map((item): Change => {
      const rest = list.filter((other) => other !== item);
      return {
        kind: "narrowed",
        what: `without ${element} ${item}`,
        statement: rest.length === 0 ? undefined : rebuild(rest),
      };
    });
  return [
    ...each("Action", statement.Action, (Action) => ({ ...statement, Action })),
    ...each("Resource", statement.Resource ?? [], (Resource) => ({ ...statement, Resource })),
    ...each("Principal", principalsOf(statement), (AWS) => ({ ...statement, Principal: { AWS } })),
    ...conditionsOf(statement).flatMap(({ operator, key, values }) =>
      values.map((value): Change => {
        const rest = values.filter((other) => other !== value);
        return {
          // A negated operator no longer excludes a value that it no longer names.
          kind: /Not/.test(operator) ? "widened" : "narrowed",
          what: `without ${operator} ${key} ${value}`,
          statement: withCondition(statement, operator, key, rest.length === 0 ? [oppositeOf(value)] : rest),
        };
      }),
    ),
  ];
}

function widened(statement: PolicyStatement): readonly Change[] {
  const changes: Change[] = conditionsOf(statement).map(({ operator, key }) => ({
    kind: "widened",
    what: `without the condition ${operator} ${key}`,
    statement: withCondition(statement, operator, key, undefined),
  }));
  const open = (what: string, part: Partial<PolicyStatement>) =>
    changes.push({ kind: "widened", what, statement: { ...statement, ...part } });
  for (const service of new Set(statement.Action.map((action) => `${action.split(":")[0]}:*`))) {
    if (!statement.Action.includes(service)) open(`with Action ${service}`, { Action: [service] });
  }
  if (statement.Resource?.includes("*") === false) open('with Resource "*"', { Resource: ["*"] });
  const principals = principalsOf(statement);
  if (principals.length > 0 && !principals.includes("*"))
    open('with Principal "*"', { Principal: { AWS: ["*"] } });
  return changes;
}

function principalsOf({ Principal }: PolicyStatement): readonly string[] {
  return typeof Principal === "object" ? (Principal.AWS ?? []) : [];
}

function conditionsOf({ Condition = {} }: PolicyStatement) {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  );
}

/** `values` undefined removes the key. */
function withCondition(
  statement: PolicyStatement,
  operator: string,
  key: string,
  values: readonly string[] | undefined,
): PolicyStatement {
  const { Condition = {}, ...rest } = statement;
  const keys =
    values === undefined ? without(Condition[operator], key) : { ...Condition[operator], [key]: values };
  const changed: Conditions =
    Object.keys(keys).length === 0 ? without(Condition, operator) : { ...Condition, [operator]: keys };
  return { ...rest, ...(Object.keys(changed).length === 0 ? {} : { Condition: changed }) };
}

function without<T>(record: Readonly<Record<string, T>> = {}, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** The only value of a key cannot be left out, so a value that never matches replaces it. */
function oppositeOf(value: string): string {
  if (value === "true") return "false";
  return value === "false" ? "true" : "no-such-value";
}
