import { parseArn } from "@keyferry/common";
import type { LintStatement } from "./policy";
import { accountOf, covers, isAccountPrincipal } from "./statement";
import type { LintContext } from "./types";

/** The owner as the caller knows it, or the one account that a key policy lets change the policy. */
export function ownerOf(
  { account, keyArn }: LintContext,
  statements: readonly LintStatement[],
): string | undefined {
  const known = account ?? (keyArn === undefined ? undefined : parseArn(keyArn)?.account);
  if (known !== undefined) return known;
  const accounts = statements
    .filter((statement) => statement.allows && covers(statement, "kms:PutKeyPolicy"))
    .flatMap(({ principals }) => principals.filter(({ text }) => isAccountPrincipal(text)))
    .flatMap(({ text }) => accountOf(text) ?? []);
  const [first, ...others] = new Set(accounts);
  return others.length === 0 ? first : undefined;
}
