import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const principalInIdentityPolicy: Rule = {
  id: "principal-in-identity-policy",
  appliesTo: ["identity"],
  title: "an identity policy names a principal",
  explanation:
    'the principal of an identity policy is the user or role it is attached to; IAM refuses a policy that names one, with "Policy document should not specify a principal"',
  fix: "remove Principal, or move the statement to the policy of the key, the role or the bucket",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(statements, (statement) =>
      ["Principal", "NotPrincipal"]
        .filter((name) => statement.raw[name] !== undefined)
        .map((name) => inStatement(statement, `the statement has ${name}`, `${statement.place}.${name}`)),
    ),
};
