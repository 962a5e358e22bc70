import { roleArn } from "../../../core/arn";
import { accountsIn, askIdentityPolicy, askKeyPolicy, callersOf, contextFor, SOME_ACCOUNT } from "../ask";
import type { Verdict } from "../../evaluate/types";
import { inStatement, judge } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { covers, isOpen, limitedBy } from "../statement";
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
  title: "kms:CreateGrant without a limit",
  explanation:
    "whoever may create any grant can give anybody any use of the key, past the key policy and more than it may do itself",
  fix: "add Bool kms:GrantIsForAWSResource true (AWS services only) or, for a grant made by hand, StringEquals kms:GranteePrincipal with the one role it is for",
  source: "KMS developer guide, Grants: best practices; AWS KMS condition keys",
  check: (policy) =>
    judge(
      // who may rewrite the key policy gains nothing by a grant
      policy.statements.filter(
        (statement) =>
          statement.allows && covers(statement, "kms:CreateGrant") && !covers(statement, "kms:PutKeyPolicy"),
      ),
      (statement) =>
        limitedBy(statement, LIMITING) || isDeniedBesides(statement, policy)
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

/** A grant that a caller makes for anybody else, and not through an AWS service. */
const TO_A_STRANGER = {
  "kms:GranteePrincipal": roleArn("aws", "999999999999", "stranger"),
  "kms:GrantIsForAWSResource": "false",
};

/** Whether the policy as a whole refuses grants to strangers to everybody whom the statement lets in. */
function isDeniedBesides(statement: LintStatement, policy: LintPolicy): boolean {
  const context = contextFor(statement, TO_A_STRANGER);
  if (policy.kind === "identity") {
    return statement.resources.every(({ text }) => {
      const key = isOpen(text) ? `arn:aws:kms:eu-west-1:${SOME_ACCOUNT}:key/k` : text;
      return isExplicit(askIdentityPolicy(policy, "kms:CreateGrant", key, context));
    });
  }
  const callers = callersOf(statement, [...accountsIn(policy), SOME_ACCOUNT]);
  return (
    callers.length > 0 &&
    callers.every((principal) =>
      isExplicit(askKeyPolicy(policy, { action: "kms:CreateGrant", principal, context })),
    )
  );
}

/** Only a Deny is a limit: what this statement does not allow so, it may allow otherwise. */
function isExplicit(verdict: Verdict): boolean {
  return !verdict.allowed && verdict.reason === "explicit-deny";
}
