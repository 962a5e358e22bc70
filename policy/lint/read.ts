import { isRecord } from "@keyferry/common";
import { below, readJson, type JsonText } from "./json-text";
import type { ConditionItem, Item, JsonObject, LintPolicy, LintStatement, PrincipalItem } from "./policy";
import { unwrap } from "./unwrap";

/** Deeper than any policy; deeper values are not read. */
const MAX_DEPTH = 200;

/** The policy as read, before its kind is known. */
export type ReadPolicy = Omit<LintPolicy, "kind" | "context" | "owner">;

/** Reads untrusted JSON or text; returns a value for any content. */
export function readPolicy(given: unknown): ReadPolicy {
  const outer = typeof given === "string" ? readJson(given) : undefined;
  if (outer?.mistake !== undefined) return { ...nothing(outer), mistake: outer.mistake };
  const { document, path } = unwrap(outer === undefined ? given : outer.value);
  if (typeof document === "string" && path.length > 0) {
    return { ...readPolicy(document), positionOf: () => undefined };
  }
  const prefix = path.join(".");
  return {
    ...nothing(outer),
    document,
    statements: statementsOf(document),
    texts: textsOf(document),
    duplicates: (outer?.duplicates ?? []).map(({ place, name }) => ({ place: inside(prefix, place), name })),
    positionOf: (place) => outer?.positions.get(place === "" ? prefix : below(prefix, place)),
  };
}

function nothing(text: JsonText | undefined): ReadPolicy {
  return {
    document: undefined,
    statements: [],
    texts: [],
    duplicates: [],
    positionOf: (place) => text?.positions.get(place),
  };
}

/** A place as seen from the policy inside its wrapper. */
function inside(prefix: string, place: string): string {
  return prefix !== "" && place.startsWith(`${prefix}.`) ? place.slice(prefix.length + 1) : place;
}

/** The statements of a policy, of a list of statements, or a single statement without a policy around it. */
function statementsOf(document: unknown): readonly LintStatement[] {
  if (Array.isArray(document)) return statementList(document, "");
  if (!isRecord(document)) return [];
  const { Statement: statements } = document;
  if (Array.isArray(statements)) return statementList(statements, "Statement");
  if (isRecord(statements)) return [statementOf(statements, "Statement", 0)];
  return document["Effect"] === undefined ? [] : [statementOf(document, "", 0)];
}

function statementList(statements: readonly unknown[], place: string): readonly LintStatement[] {
  return statements.flatMap((statement, index) =>
    isRecord(statement) ? [statementOf(statement, below(place, index), index)] : [],
  );
}

function statementOf(raw: JsonObject, place: string, index: number): LintStatement {
  const { Sid: sid } = raw;
  const items = (name: string) => itemsOf(raw[name], below(place, name));
  return {
    id: typeof sid === "string" && sid !== "" ? sid : `#${index}`,
    place,
    raw,
    allows: raw["Effect"] === "Allow",
    actions: items("Action"),
    resources: items("Resource"),
    principals: [
      ...principalsOf(raw["Principal"], below(place, "Principal"), false),
      ...principalsOf(raw["NotPrincipal"], below(place, "NotPrincipal"), true),
    ],
    conditions: conditionsOf(raw["Condition"], below(place, "Condition")),
  };
}

/** The texts of a value that may be one text or a list; numbers and booleans count as text. */
function itemsOf(value: unknown, place: string): readonly Item[] {
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).flatMap((element, index) => itemOf(element, below(place, index)));
  }
  return itemOf(value, place);
}

function itemOf(value: unknown, place: string): readonly Item[] {
  return ["string", "number", "boolean"].includes(typeof value) ? [{ text: String(value), place }] : [];
}

function principalsOf(value: unknown, place: string, negated: boolean): readonly PrincipalItem[] {
  if (typeof value === "string") return [{ type: "*", text: value, place, negated }];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([type, names]) =>
    itemsOf(names, below(place, type)).map((item) => ({ ...item, type, negated })),
  );
}

function conditionsOf(block: unknown, place: string): readonly ConditionItem[] {
  if (!isRecord(block)) return [];
  return Object.entries(block).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => {
          const at = below(below(place, operator), key);
          return { place: at, operator, key, values: itemsOf(values, at) };
        })
      : [],
  );
}

function textsOf(document: unknown): readonly Item[] {
  const texts: Item[] = [];
  const visit = (value: unknown, place: string, depth: number): void => {
    if (typeof value === "string") texts.push({ text: value, place });
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value))
      value.forEach((element, index) => visit(element, below(place, index), depth + 1));
    if (isRecord(value)) {
      for (const [name, member] of Object.entries(value)) {
        texts.push({ text: name, place: below(place, name) });
        visit(member, below(place, name), depth + 1);
      }
    }
  };
  visit(document, "", 0);
  return texts;
}
