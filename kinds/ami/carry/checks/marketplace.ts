import type { Rule } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("marketplace");

/** AWS refuses to copy another account's image from AWS Marketplace. Source: EC2 user guide, "Copy an Amazon EC2 AMI". */
export function checkMarketplace(rule: Rule, image: ImageView): Finding {
  const leaves = rule.to.some((to) => to.account.id !== rule.from.account.id);
  if (image.marketplaceCodes.length === 0) {
    return say.passed(rule.name, `${image.id} has no AWS Marketplace product code`);
  }
  const codes = image.marketplaceCodes.join(", ");
  if (!leaves)
    return say.passed(rule.name, `${image.id} has ${codes}, and is copied only within its account`);
  return say.failed(
    rule.name,
    `${image.id} has the AWS Marketplace product codes ${codes}; AWS refuses to copy such an image into another account`,
    "subscribe to the product in the destination account, launch it there, and create an image of that instance",
  );
}
