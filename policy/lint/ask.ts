/** Asks the evaluator about a policy as a whole, so that no statement is judged without the other statements. */
import { derived, parseArn } from "@keyferry/common";
import {
  type AccessRequest,
  type Documents,
  evaluate,
  type RequestPrincipal,
  resourceArnTest,
  type Verdict,
  wildcards,
} from "@keyferry/evaluator";
import type { ConditionItem, Item, LintPolicy, LintStatement } from "./policy";
import { accountOf, isKey, operatorName } from "./statement";
import type { PolicyKind } from "./types";

export type Context = Readonly<Record<string, string>>;

/** A request for the policy's key; the IAM policies of the caller's account allow everything, if the caller can have any. */
export interface Question {
  readonly action: string;
  readonly principal: RequestPrincipal;
  readonly context?: Context;
}

const ANY_KEY = "key/00000000-0000-4000-8000-000000000000";
/** Stand-in for an account that the policy does not name. */
export const SOME_ACCOUNT = "123456789012";
export const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** A key policy that leaves every decision to the IAM policies of the account. */
function leftToIam(account: string): object {
  const statement = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** The verdict of a key policy; a Resource that may be the key counts as the key. */
export function askKeyPolicy(policy: LintPolicy, question: Question): Verdict {
  const { principal, action, context = {} } = question;
  const canHaveIam = principal.roleArn?.includes(":role/aws-service-role/") !== true;
  const documents: Documents = {
    identity: canHaveIam && principal.kind !== "service" ? [{ name: "IAM", document: EVERYTHING }] : [],
    resource: { name: "key policy", document: policy.document },
  };
  const verdicts = keysOf(policy).map((resource) => {
    const resourceAccount = parseArn(resource)?.account ?? SOME_ACCOUNT;
    const request = { action, resource, resourceAccount, principal, context };
    const verdict = evaluate(request, documents);
    if (policy.denials === undefined || refuses(verdict)) return verdict;
    const denied = evaluate(request, {
      ...documents,
      resource: { name: "denials", document: policy.denials },
    });
    return denied.allowed ? verdict : denied;
  });
  return best(verdicts);
}

/** The verdict of an identity policy for the role it is attached to; keys leave the decision to IAM. */
export function askIdentityPolicy(policy: LintPolicy, action: string, on: string, context: Context): Verdict {
  const account = accountOf(on) ?? SOME_ACCOUNT;
  const request: AccessRequest = {
    action,
    resource: on,
    resourceAccount: account,
    principal: sessionIn(account, "keyferry-lint"),
    context,
  };
  const { document, denials } = policy;
  return evaluate(request, {
    identity: [
      { name: "identity policy", document },
      ...(denials === undefined ? [] : [{ name: "denials", document: denials }]),
    ],
    resource: { name: "key policy", document: leftToIam(account) },
  });
}

/** Condition keys whose values follow from the principal; a caller cannot choose them. */
export const OF_THE_PRINCIPAL = [
  "aws:PrincipalArn",
  "aws:PrincipalAccount",
  "aws:userid",
  "kms:CallerAccount",
];

/** The policy reduced to one Allow and every Deny: what this statement allows. */
export function withDenials(statement: LintStatement, policy: LintPolicy): LintPolicy {
  const { statements, document } = denialsOf(policy);
  return {
    ...policy,
    document: { Version: "2012-10-17", Statement: [statement.raw] },
    ...(document === undefined ? {} : { denials: document }),
    statements: [statement, ...statements],
  };
}

/** The denials of a policy as a separate document: read once, and evaluated with each of many statements. */
const denialsOf = derived((policy: LintPolicy) => {
  const statements = policy.statements.filter(({ raw }) => raw["Effect"] === "Deny");
  const all = [...allowedBeside(policy.kind), ...statements.map(({ raw }) => raw)];
  return {
    statements,
    document: statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: all },
  };
});

/** An Allow for everything that the denials do not deny, for resource-based policies; identity policies are evaluated together. */
function allowedBeside(kind: PolicyKind | undefined): readonly object[] {
  if (kind === "identity") return [];
  const statement = { Effect: "Allow", Principal: "*", Action: "*" };
  return [kind === "trust" ? statement : { ...statement, Resource: "*" }];
}

/** Whether a policy certainly refuses; an unknown result is not a refusal. */
export function refuses(verdict: Verdict): boolean {
  return !verdict.allowed && verdict.reason !== "unknown";
}

function best(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  return (
    verdicts.find(({ allowed }) => allowed) ??
    others.find((verdict) => !refuses(verdict)) ??
    first ?? { allowed: false, reason: "missing-allow", missing: [] }
  );
}

/** The key itself if it is known, otherwise every key that the policy's Resources can mean. */
const keysOf = derived((policy: LintPolicy): readonly string[] => {
  const { keyArn } = policy.context;
  if (keyArn !== undefined) return [keyArn];
  const named = resourcesNamedIn(policy.statements).flatMap((text) => keyMeantBy(text, policy) ?? []);
  return [...new Set([`arn:aws:kms:eu-west-1:${policy.owner ?? SOME_ACCOUNT}:${ANY_KEY}`, ...named])];
});

/** Without duplicates: most statements name the same resources. */
const resourcesNamedIn = derived((statements: LintPolicy["statements"]): readonly string[] => {
  const found = new Set<string>();
  for (const { resources } of statements) for (const { text } of resources) found.add(text);
  return [...found];
});

/** A key that a Resource of its key policy can match; undefined when it cannot match a key of the owner. */
export function keyMeantBy(pattern: string, { context, owner }: LintPolicy): string | undefined {
  const covers = (arn: string) => resourceArnTest(wildcards(pattern))(arn);
  if (context.keyArn !== undefined) return covers(context.keyArn) ? context.keyArn : undefined;
  const [, partition = "", , region = "", account = "", ...resource] = pattern.split(":");
  const fixed = (part: string, otherwise: string) => (part === "" || /[*?$]/.test(part) ? otherwise : part);
  const id = resource.join(":");
  const head = `arn:${fixed(partition, "aws")}:kms:${fixed(region, context.region ?? "eu-west-1")}:${owner ?? fixed(account, SOME_ACCOUNT)}`;
  const candidates = [ANY_KEY, id.replace(/[*?]/g, "0")].filter((name) => name.startsWith("key/"));
  return candidates.map((name) => `${head}:${name}`).find(covers);
}

/** A session of an account's role. */
export function sessionIn(account: string, role: string, path = "/", partition = "aws"): RequestPrincipal {
  return {
    kind: "assumed-role",
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${role}/session`,
    roleArn: `arn:${partition}:iam::${account}:role${path}${role}`,
  };
}

/** Principals that a statement may allow, as callers: `*` is one caller of each account that the policy names. */
export function callersOf(
  statement: LintStatement,
  accounts: readonly string[],
): readonly RequestPrincipal[] {
  const byArn = statement.conditions
    .filter((condition) => isKey(condition, ["aws:PrincipalArn"]) && isPositive(condition))
    .flatMap(({ values }) => values);
  const named = statement.principals.filter(({ negated, type }) => !negated && type !== "Service");
  const names: readonly Item[] = byArn.length > 0 ? byArn : named;
  return names.flatMap(({ text }) => callersNamed(text, accounts));
}

/** Callers with a name of a policy: of a principal, or a value of aws:PrincipalArn. */
export function callersNamed(name: string, accounts: readonly string[]): readonly RequestPrincipal[] {
  const anyPrincipal = name === "*";
  const filled = name.replace(/[*?]/g, "x");
  const arn = parseArn(filled);
  const account = accountOf(filled);
  if (anyPrincipal || account === undefined) {
    return accounts.map((id) => sessionIn(id, "keyferry-lint"));
  }
  if (arn === undefined || arn.resource === "root")
    return [sessionIn(account, "keyferry-lint", "/", arn?.partition)];
  if (arn.resource.startsWith("user/")) return [{ kind: "user", account, arn: filled }];
  if (arn.resource.startsWith("role/")) {
    const path = arn.resource.slice("role".length, arn.resource.lastIndexOf("/") + 1);
    return [sessionIn(account, arn.resource.slice(arn.resource.lastIndexOf("/") + 1), path, arn.partition)];
  }
  const role = /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1];
  return role === undefined ? [] : [{ ...sessionIn(account, role, "/", arn.partition), arn: filled }];
}

/** By family of operators, a value that meets the condition if the value itself, or any other text, does not. */
const MET: readonly (readonly [family: RegExp, meet: (value: string) => string])[] = [
  [/^IpAddress$/i, (block) => block.replace(/\/.*$/, "")],
  [/^NotIpAddress$/i, () => "198.18.99.98"],
  [/^NumericLessThan/i, (limit) => String(Number(limit) - 1)],
  [/^Numeric(GreaterThan|Not)/i, (limit) => String(Number(limit) + 1)],
  [/^DateLessThan/i, () => "1970-01-01T00:00:01Z"],
  [/^Date(GreaterThan|Not)/i, () => "9999-12-31T00:00:00Z"],
];

/** A value of a condition key that meets a condition with this value, as far as it shows. */
export function valueFor(operator: string, value: string): string {
  const { base } = operatorName(operator);
  const [, meet] = MET.find(([family]) => family.test(base)) ?? [];
  if (meet !== undefined) return meet(value);
  return /not/i.test(base) ? "keyferry-other" : value.replace(/[*?]/g, "x");
}

/** A value of a condition key that does not meet a condition with this value. */
export function valueAgainst(operator: string, value: string): string {
  const { base } = operatorName(operator);
  return valueFor(/not/i.test(base) ? base.replace(/not/i, "") : `Not${base}`, value);
}

/** A context that meets a statement's conditions, as far as the values show; `changes` override it. */
export function contextFor({ conditions }: LintStatement, changes: Context = {}): Context {
  const met = conditions.flatMap((condition): readonly (readonly [string, string])[] => {
    const { base } = operatorName(condition.operator);
    const [value] = condition.values;
    if (/^null$/i.test(base)) return value?.text === "false" ? [[condition.key, "x"]] : [];
    return value === undefined ? [] : [[condition.key, valueFor(condition.operator, value.text)]];
  });
  const lower = new Set(Object.keys(changes).map((key) => key.toLowerCase()));
  return {
    ...Object.fromEntries(met.filter(([key]) => !lower.has(key.toLowerCase()))),
    ...changes,
  };
}

function isPositive({ operator }: ConditionItem): boolean {
  return !/not|null/i.test(operatorName(operator).base);
}

/** Every account that a policy names: in principals, in conditions, as its owner. */
export const accountsIn = derived(({ statements, owner }: LintPolicy): readonly string[] => {
  const found = new Set(owner === undefined ? [] : [owner]);
  for (const statement of statements) for (const account of accountsNamedBy(statement)) found.add(account);
  return [...found];
});

const accountsNamedBy = derived(({ principals, conditions }: LintStatement): readonly string[] =>
  [...principals, ...conditions.flatMap(({ values }) => values)].flatMap(({ text }) => accountOf(text) ?? []),
);
