/** Properties of a statement that several rules use. */
import { parseArn } from "@keyferry/common";
import { coversAction } from "./actions";
import { KMS_ACTIONS } from "./actions/kms";
import type { ConditionItem, Item, LintPolicy, LintStatement } from "./policy";

/** Whether an action has this service prefix; a lone `*` does not. */
export function namesService(action: string, service: string): boolean {
  return action.toLowerCase().startsWith(`${service}:`);
}

/** Whether Action, not NotAction, covers an action. */
export function covers(statement: LintStatement, action: string): boolean {
  return statement.actions.some(({ text }) => coversAction(text, action));
}

/** The KMS actions that a statement's Action covers, without prefix. */
export function kmsActionsOf(statement: LintStatement): readonly string[] {
  return KMS_ACTIONS.filter((name) => covers(statement, `kms:${name}`));
}

export interface OperatorName {
  readonly set: string | undefined;
  /** Without set operator and IfExists: `StringEquals`. */
  readonly base: string;
  readonly ifExists: boolean;
}

export function operatorName(operator: string): OperatorName {
  const [, set, base = operator, ifExists] = /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  return { set, base, ifExists: ifExists !== undefined };
}

/** Keys are not case-sensitive; a family's members count as the family: `kms:EncryptionContext:x`, `aws:PrincipalTag/x`. */
export function isKey(condition: ConditionItem, keys: readonly string[]): boolean {
  const key = condition.key.toLowerCase();
  return keys.some((candidate) => {
    const name = candidate.toLowerCase();
    return key === name || key.startsWith(`${name}:`) || key.startsWith(`${name}/`);
  });
}

/**
 * Whether a condition limits an Allow to some values of a key: not a negated condition, not one that is also met when the
 * key is absent, and not one that every value meets.
 */
export function limits(condition: ConditionItem): boolean {
  const { set, base, ifExists } = operatorName(condition.operator);
  const positive = !base.includes("Not") && base !== "Null";
  return (
    positive && !ifExists && set !== "ForAllValues" && condition.values.every(({ text }) => text !== "*")
  );
}

/** Whether a condition on one of these keys limits a statement; requiring the value false is not a limit. */
export function limitedBy(statement: LintStatement, keys: readonly string[]): boolean {
  return statement.conditions.some(
    (condition) =>
      isKey(condition, keys) &&
      limits(condition) &&
      condition.values.every(({ text }) => text.toLowerCase() !== "false"),
  );
}

/** The account of an AWS principal: a bare id or the one in its ARN. */
export function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  const account = parseArn(principal)?.account;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** Whether a principal is an account as a whole, which leaves the decision to that account's IAM. */
export function isAccountPrincipal(principal: string): boolean {
  return /^\d{12}$/.test(principal) || parseArn(principal)?.resource === "root";
}

/** Whether a principal is written as the session of a role; the rest of the ARN may contain placeholders. */
export function isSession(principal: string): boolean {
  return /^arn:[^:]*:sts:.*:assumed-role\//.test(principal);
}

/** The principals of an Allow that belong to another account than the key's owner; empty if the owner is not known. */
export function principalsOfOtherAccounts({ owner }: LintPolicy, statement: LintStatement): readonly Item[] {
  if (owner === undefined || !statement.allows) return [];
  return statement.principals.filter(({ text, negated }) => {
    const account = accountOf(text);
    return !negated && account !== undefined && account !== owner;
  });
}

/** A part of an ARN that matches many values or is replaced when the policy is evaluated. */
export function isOpen(part: string): boolean {
  return /[*?]|\$\{/.test(part);
}

/** Text that the author should have replaced. AWS's own documents use all of these forms. */
export function isPlaceholder(text: string): boolean {
  return (
    /[<>]|\[[a-z][\w -]*\]|\{\{/i.test(text) ||
    /\b(your[-_]\w+|replace[-_ ]?me|x{6,}|amzn-s3-demo-\w+|doc-example-\w+)\b/i.test(text) ||
    /account/i.test(parseArn(text)?.account ?? "")
  );
}
