import { judge } from "../judge";
import { accountOf, covers, isAccountPrincipal } from "../statement";
import type { Rule } from "../types";

export const keyWithoutAccount: Rule = {
  id: "key-without-account",
  appliesTo: ["key"],
  title: "the owning account itself is not let in",
  explanation:
    "without a statement for the account, its IAM policies have no effect on the key, and when the roles that the policy names are deleted nobody can manage the key any more",
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
              what: "no statement lets the owning account change the policy, only single principals",
            },
          ],
    );
  },
};
