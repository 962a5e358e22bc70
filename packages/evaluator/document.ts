import { parseOperator, type Condition } from "./conditions";

/** The values of an element or, when negated, of its `Not...` form. */
export interface Element {
  readonly negated: boolean;
  readonly values: readonly string[];
}

export type PrincipalType = "AWS" | "Service" | "Federated" | "CanonicalUser";

export interface Principals {
  readonly negated: boolean;
  /** `"*"` is read as `{"AWS": "*"}`, which means the same. */
  readonly byType: Readonly<Partial<Record<PrincipalType, readonly string[]>>>;
}

/** A statement in the form in which the evaluator reads it. Without an action it has no effect. */
export interface ReadStatement {
  /** Its Sid, or `#n`. */
  readonly id: string;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  readonly principals?: Principals;
  readonly actions?: Element;
  readonly resources?: Element;
  readonly conditions: readonly Condition[];
  /** Whether `${...}` is a policy variable: only in version 2012-10-17. */
  readonly variables: boolean;
}

export interface Reading {
  readonly version: string;
  readonly statements: readonly ReadStatement[];
  /** What AWS rejects: with one such problem, no statement of the document counts. */
  readonly problems: readonly string[];
  /** What AWS's KMS accepts, without effect. */
  readonly warnings: readonly string[];
}

type Report = (what: string) => void;
type JsonObject = Readonly<Record<string, unknown>>;

const DOCUMENT_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = ["Sid", "Effect", "Principal", "NotPrincipal"].concat(
  ["Action", "NotAction"],
  ["Resource", "NotResource", "Condition"],
);
const PRINCIPAL_TYPES: readonly string[] = [
  "AWS",
  "Service",
  "Federated",
  "CanonicalUser",
] satisfies PrincipalType[];
const VERSION_WITH_VARIABLES = "2012-10-17";
const OLD_VERSION = "2008-10-17";
const VERSIONS: readonly unknown[] = [VERSION_WITH_VARIABLES, OLD_VERSION, undefined];

/**
 * Everything wrong with a document's grammar, with its place; empty when it is well formed. A document with a problem
 * counts as having no statement, except that a missing Action only makes its own statement ineffective.
 */
export function documentProblems(document: unknown): string[] {
  const { problems, warnings } = readDocument(document);
  return [...problems, ...warnings];
}

/** Reads any JSON as a document. When there are problems, the statements are the readable ones, and do not count. */
export function readDocument(document: unknown): Reading {
  const problems: string[] = [];
  const warnings: string[] = [];
  const report: Report = (what) => problems.push(what);
  if (!isObject(document)) {
    return {
      version: OLD_VERSION,
      statements: [],
      problems: ["the document is not a JSON object"],
      warnings,
    };
  }
  reportUnknown(document, DOCUMENT_ELEMENTS, "the document", report);
  if (!VERSIONS.includes(document.Version)) report("Version is neither 2012-10-17 nor 2008-10-17");
  const raw = Array.isArray(document.Statement)
    ? (document.Statement as readonly unknown[])
    : [document.Statement];
  const variables = document.Version === VERSION_WITH_VARIABLES;
  const statements = raw.flatMap((statement, index): readonly ReadStatement[] => {
    const place = `Statement[${index}]`;
    if (!isObject(statement)) {
      report(`${place} is not a JSON object`);
      return [];
    }
    const read = readStatement(statement, index, variables, report);
    if (read.actions === undefined)
      warnings.push(`${place} has neither Action nor NotAction: it has no effect`);
    return [read];
  });
  return { version: variables ? VERSION_WITH_VARIABLES : OLD_VERSION, statements, problems, warnings };
}

function readStatement(
  statement: JsonObject,
  index: number,
  variables: boolean,
  report: Report,
): ReadStatement {
  const place = `Statement[${index}]`;
  const { Effect: effect, Sid: sid } = statement;
  reportUnknown(statement, STATEMENT_ELEMENTS, place, report);
  if (effect !== "Allow" && effect !== "Deny") report(`${place}.Effect is neither Allow nor Deny`);
  if (sid !== undefined && typeof sid !== "string") report(`${place}.Sid is not a string`);
  return {
    id: typeof sid === "string" && sid !== "" ? sid : `#${index}`,
    sid: typeof sid === "string" ? sid : undefined,
    effect: effect === "Allow" ? "Allow" : "Deny",
    principals: readPrincipals(statement, place, report),
    actions: readElement(statement, "Action", place, report),
    resources: readElement(statement, "Resource", place, report),
    conditions: readConditions(statement.Condition, `${place}.Condition`, report),
    variables,
  };
}

/** Which of the two forms of an element a statement has. */
function pick(statement: JsonObject, name: string, place: string, report: Report) {
  const negatedName = `Not${name}`;
  const negated = statement[negatedName] !== undefined;
  if (negated && statement[name] !== undefined) report(`${place} has both ${name} and ${negatedName}`);
  const chosen = negated ? negatedName : name;
  return { negated, value: statement[chosen], place: `${place}.${chosen}` };
}

function readElement(statement: JsonObject, name: string, at: string, report: Report): Element | undefined {
  const { negated, value, place } = pick(statement, name, at, report);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length === 0) report(`${place} is an empty list`);
  return { negated, values: readTexts(value, place, report) };
}

function readPrincipals(statement: JsonObject, at: string, report: Report): Principals | undefined {
  const { negated, value, place } = pick(statement, "Principal", at, report);
  if (value === undefined) return undefined;
  if (negated && statement.Effect === "Allow") report(`${place} is supported with Deny only`);
  if (value === "*") return { negated, byType: { AWS: ["*"] } };
  if (!isObject(value)) {
    report(`${place} is neither "*" nor an object`);
    return { negated, byType: {} };
  }
  reportUnknown(value, PRINCIPAL_TYPES, place, report);
  const entries = Object.entries(value).map(([type, names]) => [
    type,
    readTexts(names, `${place}.${type}`, report),
  ]);
  return { negated, byType: Object.fromEntries(entries) as Principals["byType"] };
}

function readConditions(block: unknown, place: string, report: Report): readonly Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) {
    report(`${place} is not a JSON object`);
    return [];
  }
  const seen = new Set<string>();
  return Object.entries(block).flatMap(([name, keys]): readonly Condition[] => {
    const operator = parseOperator(name);
    if (seen.size === seen.add(name.toLowerCase()).size) report(`${place}: ${name} appears twice`);
    if (operator === undefined || !isObject(keys)) {
      report(
        operator === undefined
          ? `${place}: ${name} is not a condition operator`
          : `${place}.${name} is not a JSON object`,
      );
      return [];
    }
    return Object.entries(keys).map(([key, values]) => ({
      ...operator,
      key,
      values: readTexts(values, `${place}.${name}.${key}`, report, isScalar),
    }));
  });
}

/** A string or a list of strings; conditions may also hold numbers and booleans, which are read as strings. */
function readTexts(
  value: unknown,
  place: string,
  report: Report,
  allowed: (value: unknown) => boolean = isText,
): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every(isText)) return values;
  if (!values.every(allowed)) report(`${place} is neither a string nor a list of strings`);
  return values.filter(allowed).map(String);
}

function reportUnknown(object: JsonObject, known: readonly string[], place: string, report: Report): void {
  const names = Object.keys(object);
  if (names.every((name) => known.includes(name))) return;
  const unknown = names.filter((name) => !known.includes(name));
  report(`${place} has unknown elements: ${unknown.join(", ")}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
