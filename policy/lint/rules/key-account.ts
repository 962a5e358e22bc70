import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import { isOpen } from "../statement";
import type { Rule } from "../types";

export const keyAccount: Rule = {
  id: "key-account",
  appliesTo: ["identity"],
  title: "the ARN of a key with the wrong account",
  explanation:
    "the ARN of a key contains the id of the account that owns it; with another account, it refers to no key or to another key",
  fix: "use the ARN that DescribeKey returns in the owning account",
  source: "KMS developer guide, Allowing users in other accounts to use a KMS key",
  check: ({ statements, context }) => {
    const needed = context.keyArn === undefined ? undefined : parseArn(context.keyArn);
    if (needed === undefined) return { verdict: "not-applicable" };
    const keys = all(statements, ({ resources }) => resources).flatMap((resource) => {
      const arn = parseArn(resource.text);
      return arn?.service === "kms" ? [{ resource, arn }] : [];
    });
    const named = keys.some(({ arn }) => isOpen(arn.account) || arn.account === needed.account);
    return judge(keys, ({ resource, arn }) =>
      (!named || arn.resource === needed.resource) && arn.account !== needed.account && !isOpen(arn.account)
        ? [
            at(
              resource,
              `${resource.text} names account ${arn.account}; the key is owned by ${needed.account}`,
            ),
          ]
        : [],
    );
  },
};
