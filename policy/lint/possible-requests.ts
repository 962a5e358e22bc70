/** Which requests a caller can make: what a policy refuses to some requests is not refused to everybody. */
import type { RequestPrincipal } from "@keyferry/evaluator";
import { askKeyPolicy, contextFor, refuses, valueAgainst, type Context } from "./ask";
import { actionsWithKey } from "./actions/kms-conditions";
import type { ConditionItem, LintPolicy, LintStatement } from "./policy";
import { isKey, operatorName } from "./statement";

/** A request that the caller sends itself, as every request to AWS is sent. */
const DIRECT: Context = { "aws:SecureTransport": "true", "aws:ViaAWSService": "false" };

/** Condition keys of requests that AWS services make. */
const OF_SERVICES = [
  ...["kms:ViaService", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"],
  ...["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"],
  ...Object.keys(DIRECT),
];

/** A limit for policies with very many denials of one action. */
const MOST_CONTEXTS = 100;

/**
 * Whether a key policy allows a principal an action in some context: one that meets the conditions of an Allow, and does not meet those of any Deny,
 * because a condition key is absent or has another value.
 * @param action with its prefix
 */
export function mayBeAllowed(
  policy: LintPolicy,
  allow: LintStatement,
  { action, principal }: { readonly action: string; readonly principal: RequestPrincipal },
): boolean {
  const isPossible = (condition: ConditionItem) => isOfRequest(condition, action);
  const asked = new Set<string>();
  const isAllowed = (context: Context): boolean => {
    const text = JSON.stringify(context);
    if (asked.has(text) || asked.size >= MOST_CONTEXTS) return false;
    asked.add(text);
    const verdict = askKeyPolicy(policy, { action, principal, context: { ...context, ...DIRECT } });
    if (verdict.allowed || !refuses(verdict)) return true;
    if (verdict.reason !== "explicit-deny") return false;
    const denial = policy.statements.find(({ id }) => verdict.by.some(({ statement }) => statement === id));
    const conditions = denial?.conditions.filter(isPossible) ?? [];
    return conditions.flatMap(waysAround).some((change) => isAllowed(change(context)));
  };
  return isAllowed(contextFor({ ...allow, conditions: allow.conditions.filter(isPossible) }));
}

function isOfRequest(condition: ConditionItem, action: string): boolean {
  const carried = actionsWithKey(condition.key);
  const [, name = ""] = action.split(":");
  return !isKey(condition, OF_SERVICES) && (carried === undefined || carried.includes(name));
}

/** Changes of a context after which a condition is not met. */
function waysAround({ key, operator, values }: ConditionItem): readonly ((context: Context) => Context)[] {
  const { base } = operatorName(operator);
  const [{ text } = { text: "" }] = values;
  const without = (context: Context) =>
    Object.fromEntries(Object.entries(context).filter(([name]) => name.toLowerCase() !== key.toLowerCase()));
  const having = (value: string) => (context: Context) => ({ ...without(context), [key]: value });
  if (/^null$/i.test(base)) return [text === "true" ? having("x") : without];
  if (/^bool$/i.test(base)) return [without, having(text.toLowerCase() === "true" ? "false" : "true")];
  return [without, having(valueAgainst(operator, text))];
}
