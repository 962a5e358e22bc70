import { all, at, judge } from "../judge";
import { matches } from "../matches";
import { isKey, kmsActionsOf, limits, namesService } from "../statement";
import { words } from "../actions/words";
import type { LintStatement } from "../policy";
import type { Rule } from "../types";

const CRYPTOGRAPHIC = words(`
  CreateGrant Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair
  GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign
`);
/** Conditions that select keys by their properties. */
const CHOOSING = ["kms:ResourceAliases", "kms:RequestAlias", "aws:ResourceTag"];

export const keyWildcardResource: Rule = {
  id: "key-wildcard-resource",
  appliesTo: ["identity"],
  title: "cryptographic actions on every key",
  explanation:
    "with * or key/* the role may use every key whose policy trusts its account, including keys of other accounts; name the key in a permission across accounts",
  fix: "list the ARNs of the keys, or add a condition on kms:ResourceAliases or aws:ResourceTag",
  source: "KMS developer guide, Best practices for IAM policies",
  check: ({ statements }) =>
    judge(
      all(statements.filter(usesKeys), ({ resources }) => resources),
      (resource) =>
        isAnyKey(resource.text) && !choosesKeys(resource.statement)
          ? [at(resource, `Resource ${resource.text} covers every key`)]
          : [],
    ),
};

/** An administrator's `*` is not intended for keys in particular. */
function usesKeys(statement: LintStatement): boolean {
  return (
    statement.allows &&
    statement.actions.some(({ text }) => namesService(text, "kms")) &&
    kmsActionsOf(statement).some((name) => CRYPTOGRAPHIC.includes(name))
  );
}

function choosesKeys({ conditions }: LintStatement): boolean {
  return conditions.some((condition) => isKey(condition, CHOOSING) && limits(condition));
}

/** Whether a resource covers all keys of an account in a Region, that is, matches any key id. */
function isAnyKey(resource: string): boolean {
  if (resource === "*") return true;
  const key = /^arn:[^:]*:kms:[^:]*:[^:]*:(.*)$/.exec(resource)?.[1];
  return key !== undefined && matches(key, "key/\u0000");
}
