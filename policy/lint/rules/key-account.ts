import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import { isOpen } from "../statement";
import type { Rule } from "../types";

export const keyAccount: Rule = {
  id: "key-account",
  appliesTo: ["identity"],
  title: "a key of the wrong account",
  explanation:
    "the ARN of a key holds the account that owns it; with another account in it, it names no key or somebody else's",
  fix: "copy the ARN from the owner: DescribeKey answers it",
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
