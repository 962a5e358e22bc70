import { roleArn } from "@keyferry/common";
import {
  accountsIn,
  askIdentityPolicy,
  askKeyPolicy,
  callersOf,
  type Context,
  contextFor,
  keyMeantBy,
  OF_THE_PRINCIPAL,
  refuses,
  SOME_ACCOUNT,
  withDenials,
} from "../ask";
import { inStatement, judge } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { covers, isKey, limitedBy } from "../statement";
import type { Rule } from "../types";

const LIMITING = [
  "kms:GrantIsForAWSResource",
  "kms:GranteePrincipal",
  "kms:GranteeServicePrincipal",
  "kms:ViaService",
];

export const unconditionedCreateGrant: Rule = {
  id: "unconditioned-create-grant",
  appliesTo: ["key", "identity"],
  title: "kms:CreateGrant without a limiting condition",
  explanation:
    "a principal that can create any grant can allow any principal to use the key in any way, regardless of the key policy and beyond its own permissions",
  fix: "add Bool kms:GrantIsForAWSResource true (AWS services only) or, for a grant that is created manually, StringEquals kms:GranteePrincipal with the role that the grant is for",
  source: "KMS developer guide, Grants: best practices; AWS KMS condition keys",
  check: (policy) =>
    judge(
      // a principal that may rewrite the key policy gains nothing from a grant
      policy.statements.filter(
        (statement) =>
          statement.allows && covers(statement, "kms:CreateGrant") && !covers(statement, "kms:PutKeyPolicy"),
      ),
      (statement) =>
        limitedBy(statement, LIMITING) || !letsMakeAny(statement, policy)
          ? []
          : [
              inStatement(
                statement,
                "kms:CreateGrant is allowed for any grantee",
                `${statement.place}.Action`,
              ),
            ],
    ),
};

/** A grant for an unrelated principal, not created through an AWS service; every CreateGrant request carries both values. */
const TO_A_STRANGER: Context = {
  "kms:GranteePrincipal": roleArn("aws", "999999999999", "stranger"),
  "kms:GrantIsForAWSResource": "false",
};

/** Whether a principal that the statement allows can create such a grant despite the policy's denials. */
function letsMakeAny(statement: LintStatement, policy: LintPolicy): boolean {
  const conditions = statement.conditions.filter((condition) => !isKey(condition, OF_THE_PRINCIPAL));
  const alone = withDenials(statement, policy);
  return lets(statement, alone, contextFor({ ...statement, conditions }, TO_A_STRANGER));
}

function lets(statement: LintStatement, policy: LintPolicy, context: Context): boolean {
  if (policy.kind === "identity") {
    return statement.resources.some(({ text }) => {
      const key = keyMeantBy(text, policy);
      return key !== undefined && !refuses(askIdentityPolicy(policy, "kms:CreateGrant", key, context));
    });
  }
  const callers = callersOf(statement, [...accountsIn(policy), SOME_ACCOUNT]);
  return callers.some(
    (principal) => !refuses(askKeyPolicy(policy, { action: "kms:CreateGrant", principal, context })),
  );
}
