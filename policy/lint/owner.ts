import { parseArn } from "@keyferry/common";
import type { LintStatement } from "./policy";
import { accountOf, covers, isAccountPrincipal } from "./statement";
import type { LintContext } from "./types";

/**
 * The owner that the caller gives, or the only account that the key policy allows everything, as AWS's default key policy does, or the only one that it
 * allows to change the policy.
 */
export function ownerOf(
  { account, keyArn }: LintContext,
  statements: readonly LintStatement[],
): string | undefined {
  const known = account ?? (keyArn === undefined ? undefined : parseArn(keyArn)?.account);
  if (known !== undefined) return known;
  const changing = statements.filter(
    (statement) => statement.allows && covers(statement, "kms:PutKeyPolicy"),
  );
  return onlyAccountIn(changing.filter(allowsEverything)) ?? onlyAccountIn(changing);
}

function allowsEverything({ actions }: LintStatement): boolean {
  return actions.some(({ text }) => /^(?:kms:)?\*$/i.test(text));
}

function onlyAccountIn(statements: readonly LintStatement[]): string | undefined {
  const accounts = statements
    .flatMap(({ principals }) => principals.filter(({ text }) => isAccountPrincipal(text)))
    .flatMap(({ text }) => accountOf(text) ?? []);
  const [first, ...others] = new Set(accounts);
  return others.length === 0 ? first : undefined;
}
