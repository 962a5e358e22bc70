import { judge } from "../judge";
import { accountOf, covers, isAccountPrincipal } from "../statement";
import type { Rule } from "../types";

export const keyWithoutAccount: Rule = {
  id: "key-without-account",
  appliesTo: ["key"],
  title: "the key policy does not allow the owning account itself",
  explanation:
    "without a statement for the account, its IAM policies have no effect on the key; when the roles that the policy names are deleted, no one can manage the key",
  fix: "begin with the default statement: Allow kms:* on * to the root principal of the owning account",
  source: "KMS developer guide, Default key policy",
  check: (policy) => {
    const { owner } = policy;
    const managing = policy.statements.filter(
      (statement) => statement.allows && covers(statement, "kms:PutKeyPolicy"),
    );
    const lets = managing.some(({ principals }) =>
      principals.some(
        ({ text }) =>
          text === "*" || (isAccountPrincipal(text) && (owner === undefined || accountOf(text) === owner)),
      ),
    );
    return judge(managing.length === 0 ? [] : [policy], () =>
      lets
        ? []
        : [
            {
              place: "",
              what: "only single principals, not the owning account, can change the policy",
            },
          ],
    );
  },
};
