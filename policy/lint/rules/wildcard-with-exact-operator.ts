import { at, judge } from "../judge";
import { isKey, operatorName } from "../statement";
import { words } from "../actions/words";
import type { Rule } from "../types";

/** Condition keys whose real values never contain `*` or `?`. */
const KEYS = words(`
  aws:PrincipalAccount aws:PrincipalArn aws:PrincipalOrgID aws:PrincipalOrgPaths aws:RequestedRegion
  aws:ResourceAccount aws:SourceAccount aws:SourceArn aws:SourceOrgID aws:SourceVpc aws:SourceVpce
  kms:CallerAccount kms:EncryptionContext:aws kms:GranteePrincipal kms:RequestAlias kms:ResourceAliases
  kms:RetiringPrincipal kms:ViaService s3:x-amz-server-side-encryption-aws-kms-key-id
`);
const EXACT = ["StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase"];

export const wildcardWithExactOperator: Rule = {
  id: "wildcard-with-exact-operator",
  appliesTo: "any",
  title: "a wildcard with an operator that does not support wildcards",
  explanation:
    "StringEquals compares * and ? as plain characters, so it never matches, and StringNotEquals always matches",
  fix: "use StringLike, or ArnLike for ARNs",
  source: "IAM user guide, IAM JSON policy elements: Condition operators",
  check: ({ statements }) =>
    judge(
      statements.flatMap((statement) =>
        statement.conditions
          .filter((condition) => isKey(condition, KEYS))
          .filter(({ operator }) => EXACT.includes(operatorName(operator).base))
          .flatMap(({ values, operator }) => values.map((value) => ({ ...value, statement, operator }))),
      ),
      (value) =>
        /[*?]/.test(value.text) && !value.text.includes("${")
          ? [at(value, `${value.text} in ${value.operator}`)]
          : [],
    ),
};
