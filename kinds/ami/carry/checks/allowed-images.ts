import type { Account, Place } from "../../../../topology";
import type { AllowedImages } from "../../../../scripts/aws";
import type { ReadContext } from "../../../../scripts/engine/context";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("allowed-images");

/**
 * Whether a destination allows images of the source account in the Region from which it copies. An image that is not allowed
 * appears not to exist. The account's own copies are always allowed.
 * Source: EC2 user guide, "Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs".
 * @param there the destination account in the Region in which images are shared with it
 */
export async function checkAllowedImages(
  { aws }: ReadContext,
  there: Place,
  source: Account,
): Promise<Finding> {
  const { account, region } = there;
  const subject = `account ${account.name} in ${region}`;
  const looked = await say.looking(subject, () => aws.settings(there).allowedImages());
  if ("finding" in looked) return looked.finding;
  const { state, criteria } = looked.value;
  if (state === "disabled") return say.passed(subject, "images of every account are allowed");
  if (criteria.some((criterion) => admits(criterion, source.id) && !criterion.isNarrower)) {
    return say.passed(subject, `Allowed AMIs (${state}) allows images of account ${source.id}`);
  }
  const fix = `account ${account.id} must add ${source.id} to the image providers of its Allowed AMIs settings in ${region}`;
  if (criteria.some((criterion) => admits(criterion, source.id))) {
    return say.unknown(
      subject,
      `Allowed AMIs (${state}) allows only some images of account ${source.id}, by their names, product codes or ages`,
      fix,
      account.id,
    );
  }
  const what = `Allowed AMIs (${state}) does not allow images of account ${source.id}`;
  if (state === "audit-mode") return say.passed(subject, what, `${fix}, before it is enforced`);
  return say.failed(subject, `${what}: EC2 responds as if they did not exist`, fix, account.id);
}

function admits({ providers }: AllowedImages["criteria"][number], account: string): boolean {
  return providers.length === 0 || providers.includes(account);
}
