import { type Arn, parseArn } from "@keyferry/common";
import { judge } from "../judge";
import { isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";

/** The format of Region names, so that a Region that AWS opens later is accepted. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const keyArnForm: Rule = {
  id: "key-arn-form",
  appliesTo: "any",
  title: "a key ARN that cannot refer to a key",
  explanation:
    "AWS accepts an ARN with a missing or misspelt part as a Resource or as the value of a condition, and it never matches",
  fix: "write kms:<Region>:<12-digit account>:key/<key id>, as DescribeKey returns it",
  source: "KMS developer guide, Key identifiers (KeyId)",
  check: ({ texts }) =>
    judge(
      texts.flatMap(({ text, place }) => {
        const arn = parseArn(text);
        return arn?.service === "kms" && !isPlaceholder(text) ? [{ text, place, arn }] : [];
      }),
      ({ text, place, arn }) => {
        const wrong = wrongPart(arn);
        return wrong === undefined ? [] : [{ place, what: `${text}: ${wrong}` }];
      },
    ),
};

function wrongPart({ region, account, resource }: Arn): string | undefined {
  if (!REGION.test(region) && !isOpen(region)) return `"${region}" is not a Region`;
  const wildcardMayReachOver = account === "" && isOpen(region);
  if (!/^\d{12}$/.test(account) && !isOpen(account) && !wildcardMayReachOver)
    return `"${account}" is not a 12-digit account id`;
  if (!/^(key|alias)\/./.test(resource) && !isOpen(resource)) {
    return `"${resource}" does not begin with key/ or alias/`;
  }
  return undefined;
}
