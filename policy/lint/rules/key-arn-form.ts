import { type Arn, parseArn } from "@keyferry/common";
import { judge } from "../judge";
import { isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";

/** The shape of Regions' names, so that a Region which AWS opens later is not called wrong. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const keyArnForm: Rule = {
  id: "key-arn-form",
  appliesTo: "any",
  title: "a key's ARN that names no key",
  explanation:
    "an ARN with a part missing or misspelt is accepted as a resource or a condition's value, and never matches",
  fix: "write kms:<Region>:<12-digit account>:key/<key id>, as DescribeKey answers it",
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
  if (!REGION.test(region) && !isOpen(region)) return `"${region}" is no Region`;
  const wildcardMayReachOver = account === "" && isOpen(region);
  if (!/^\d{12}$/.test(account) && !isOpen(account) && !wildcardMayReachOver)
    return `"${account}" is no account id of 12 digits`;
  if (!/^(key|alias)\/./.test(resource) && !isOpen(resource)) {
    return `"${resource}" begins neither with key/ nor with alias/`;
  }
  return undefined;
}
