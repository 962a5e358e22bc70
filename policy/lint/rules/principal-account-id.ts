import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import { isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";

/** Values in place of an account: AWS's own policies, and CloudFront's identities in bucket policies. */
const OF_AWS: readonly string[] = ["aws", "cloudfront"];

export const principalAccountId: Rule = {
  id: "principal-account-id",
  appliesTo: ["key", "trust", "bucket"],
  title: "a principal's account id is not 12 digits",
  explanation:
    'an account id has exactly 12 digits, leading zeros included; AWS refuses the policy with "invalid principal"',
  fix: "write all 12 digits as a string; a number loses its leading zeros",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).flatMap((principal) => {
        const account = accountPart(principal.text);
        return account === undefined ? [] : [{ principal, account }];
      }),
      ({ principal, account }) =>
        /^\d{12}$/.test(account) ? [] : [at(principal, `the account of ${principal.text} is "${account}"`)],
    ),
};

/** The account part; undefined if another rule applies or there is no account. */
function accountPart(principal: string): string | undefined {
  if (/^\d+$/.test(principal)) return principal;
  const arn = parseArn(principal);
  if (arn === undefined || !["iam", "sts"].includes(arn.service)) return undefined;
  const { account } = arn;
  const ofAnotherRule = isOpen(account) || isPlaceholder(account) || /account/i.test(account);
  return ofAnotherRule || OF_AWS.includes(account) ? undefined : account;
}
