import { inStatement, judge } from "../judge";
import { covers, limitedBy } from "../statement";
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
  check: ({ statements }) =>
    judge(
      // who may rewrite the key policy gains nothing by a grant
      statements.filter(
        (statement) =>
          statement.allows && covers(statement, "kms:CreateGrant") && !covers(statement, "kms:PutKeyPolicy"),
      ),
      (statement) =>
        limitedBy(statement, LIMITING)
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
