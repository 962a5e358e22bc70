import type { AccessRequest, Documents } from "..";

/**
 * A second evaluator, written only from AWS's pages and as simply as possible: no compiling, no index, regular
 * expressions for patterns. It supports well-formed documents, users, sessions and services, and no grants.
 */

type Statement = Readonly<Record<string, unknown>>;
type Answer = "allowed" | "denied" | "not allowed";

/** IAM user guide, "How AWS enforcement code logic evaluates requests" and "Cross-account policy evaluation logic". */
export function reference(request: AccessRequest, documents: Documents): Answer {
  const { principal, resourceAccount, action } = request;
  const { identity = [], session = [], boundary, resource, serviceControlPolicies: levels = [] } = documents;
  const ofPrincipal = [
    ...identity,
    ...session,
    ...(boundary === undefined ? [] : [boundary]),
    ...levels.flat(),
  ];
  const principals = [
    ...ofPrincipal.flatMap(({ document }) => statementsOf(document)).filter((one) => speaksOf(one, request)),
  ];
  const named = statementsOf(resource?.document)
    .filter((one) => speaksOf(one, request))
    .map((one) => ({ one, how: howNamed(one, request) }))
    .filter(({ how }) => how !== undefined);
  if ([...principals, ...named.map(({ one }) => one)].some(({ Effect }) => Effect === "Deny"))
    return "denied";
  const allows = (list: Documents["identity"] = []) =>
    list.some(({ document }) =>
      statementsOf(document).some((one) => one["Effect"] === "Allow" && speaksOf(one, request)),
    );
  if (!levels.every((level) => allows(level))) return "not allowed";
  const limited = (boundary === undefined || allows([boundary])) && (session.length === 0 || allows(session));
  const hows = new Set(named.map(({ how }) => how));
  if (principal.kind === "service") return hows.size > 0 ? "allowed" : "not allowed";
  const byIdentity = allows(identity) && limited;
  const isKey = action.startsWith("kms:");
  const ways =
    principal.account !== resourceAccount
      ? [byIdentity && hows.size > 0]
      : [
          hows.has("itself"),
          hows.has("role or everyone") && limited,
          byIdentity && (!isKey || hows.size > 0),
        ];
  return ways.includes(true) ? "allowed" : "not allowed";
}

function statementsOf(document: unknown): readonly Statement[] {
  return list((document as Statement | undefined)?.["Statement"]) as readonly Statement[];
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** IAM user guide, "IAM JSON policy elements: Action", "Resource" and "Condition". */
function speaksOf(statement: Statement, request: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const acts = (names: unknown) =>
    list(names).some((name) => glob(String(name).toLowerCase(), request.action.toLowerCase()));
  const isOn = (arns: unknown) => list(arns).some((arn) => resourceMatches(String(arn), request));
  if (Action === undefined ? acts(NotAction) : !acts(Action)) return false;
  if (Resource === undefined ? isOn(NotResource) : !isOn(Resource)) return false;
  return Object.entries(Condition as Record<string, Record<string, unknown>>).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, list(values).map(String), request)),
  );
}

function glob(pattern: string, text: string, any = "[^]*"): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, any)
    .replace(/\?/g, "[^]");
  return expression(`^${source}$`).test(text);
}

/**
 * IAM user guide, "IAM policy elements: Variables and tags": "only in the resource portion of the ARN". "IAM JSON
 * policy elements: Resource": missing parts are filled with stars, and a star at the end of a part can match across
 * colons.
 */
function resourceMatches(pattern: string, request: AccessRequest): boolean {
  if (pattern === "*") return true;
  const parts = pattern.replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(":", COLON)).split(":");
  while (parts.length < 6) parts.push("*");
  const readable = (part: string) => part.replaceAll(COLON, ":");
  const resource = substituted(readable(parts.slice(5).join(":")), request);
  const head = parts.slice(0, 5).map((part) =>
    readable(part)
      .split(/(\*$)/)
      .map((piece, index) =>
        index === 1 ? "[^]*" : quoted(piece).replaceAll("*", "[^:]*").replaceAll("?", "[^:]"),
      )
      .join(""),
  );
  return resource !== undefined && expression(`^${head.join(":")}:${resource}$`).test(request.resource);
}

/** A colon that is part of a variable's name. */
const COLON = "\u0000";

const expressions = new Map<string, RegExp>();

function expression(source: string): RegExp {
  const known = expressions.get(source) ?? new RegExp(source);
  expressions.set(source, known);
  return known;
}

function quoted(text: string): string {
  return text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
}

/** A regular expression of a text with variables; undefined when one has no value. */
function substituted(text: string, { context }: AccessRequest): string | undefined {
  const escape = (plain: string) => plain.replace(/[.+^${}()|[\]\\*?]/g, "\\$&");
  let missing = false;
  const source = text.split(/(\$\{[^}]*\})/).map((piece, index) => {
    if (index % 2 === 0)
      return piece
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, "[^]*")
        .replace(/\?/g, "[^]");
    const value = valuesOf(context, piece.slice(2, -1));
    if (value?.length !== 1) missing = true;
    return escape(value?.[0] ?? "");
  });
  return missing ? undefined : source.join("");
}

function valuesOf(context: AccessRequest["context"], key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  const values = typeof found === "string" ? [found] : found;
  return values === undefined || values.length === 0 ? undefined : values;
}

/** IAM user guide, "Condition operators" and "Set operators for multivalued context keys". */
function holds(name: string, key: string, expected: readonly string[], request: AccessRequest): boolean {
  const [, set, base = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(name) ?? [];
  const operator = base.toLowerCase();
  const actual = key === "aws:PrincipalArn" ? [roleOf(request)] : valuesOf(request.context, key);
  if (operator === "null") return expected.includes(String(actual === undefined));
  const negated = operator.includes("not");
  const all = set?.toLowerCase() === "forallvalues";
  if (actual === undefined) return ifExists !== undefined || all || (negated && set === undefined);
  if (set !== undefined && actual.length === 1 && actual[0] === "") return all;
  const one = (value: string) =>
    expected.some((text) => compares(operator.replace("not", ""), text, value, request)) !== negated;
  return all || (set === undefined && negated) ? actual.every(one) : actual.some(one);
}

function compares(operator: string, expected: string, actual: string, request: AccessRequest): boolean {
  switch (operator) {
    case "stringequals":
      return plain(expected, request) === actual;
    case "stringlike": {
      const source = substituted(expected, request);
      return source !== undefined && expression(`^${source}$`).test(actual);
    }
    case "arnequals":
    case "arnlike":
      return glob(expected, actual, "[^:]*");
    case "bool":
      return expected.toLowerCase() === actual.toLowerCase();
    case "numericlessthan":
      // anything but a number, including the empty text, never compares as equal
      return [actual, expected].every((text) => /^-?\d+$/.test(text)) && Number(actual) < Number(expected);
    default:
      throw new Error(operator);
  }
}

/** The text with its variables' values; undefined when one has none. */
function plain(text: string, { context }: AccessRequest): string | undefined {
  let missing = false;
  const read = text.replace(/\$\{([^}]*)\}/g, (_all, key: string) => {
    const value = valuesOf(context, key);
    if (value?.length !== 1) missing = true;
    return value?.[0] ?? "";
  });
  return missing ? undefined : read;
}

function roleOf({ principal }: AccessRequest): string {
  return principal.roleArn ?? principal.arn;
}

/** IAM user guide, "How AWS enforcement code logic evaluates requests", resource-based policies. */
function howNamed({ Principal, Condition }: Statement, request: AccessRequest) {
  const { principal } = request;
  const names = Principal === "*" ? ["*"] : list((Principal as Statement)["AWS"]).map(String);
  const services = Principal === "*" ? [] : list((Principal as Statement)["Service"]);
  if (principal.kind === "service") {
    return names.includes("*") || services.includes(principal.arn) ? "role or everyone" : undefined;
  }
  const byArn = Object.entries((Condition ?? {}) as Record<string, object>).some(
    ([operator, keys]) => !/not|null/i.test(operator) && "aws:PrincipalArn" in keys,
  );
  if (names.includes(principal.arn) || (names.includes("*") && byArn)) return "itself";
  if (names.includes("*") || names.includes(roleOf(request))) return "role or everyone";
  return names.includes(`arn:aws:iam::${principal.account}:root`) ? "account" : undefined;
}
