import { AwsError } from "../../../contract";
import { requiredText } from "../input";
import type { JsonObject } from "../../../contract";
import { quotaOf, refuseBeyond } from "../quotas";
import { choose, countOwned, named, ownedBy } from "../shelf";
import type { Ec2State } from "../state";

/** AWS's text for public images; the text for all images is not known to differ. */
const tooManyImages = (limit: number): string =>
  `You have reached your quota of ${limit} for the number of images allowed in this Region. Deregister unused images, or request an increase in your AMIs quota.`;

const NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;

/** Failed images do not count; they are looked for only when all images together exceed the limit. */
function imagesOf(state: Ec2State, account: string, region: string): number {
  const all = countOwned(state.images, region, account);
  if (all < quotaOf(state, account, "images")) return all;
  return choose(ownedBy(state.images, region, account), (image) => image.state !== "failed").length;
}

/**
 * The `Name` of a new image, within the quota.
 * @throws InvalidAMIName.Malformed, InvalidAMIName.Duplicate, ResourceLimitExceeded. A failed image does not occupy
 *   its name.
 */
export function newImageName(state: Ec2State, input: JsonObject, account: string, region: string): string {
  const name = requiredText(input, "Name");
  if (!NAME.test(name)) {
    throw new AwsError(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
  const holder = named(state.images, region, account, name).find((image) => image.state !== "failed");
  if (holder !== undefined) {
    throw new AwsError(
      "InvalidAMIName.Duplicate",
      `AMI name ${name} is already in use by AMI ${holder.imageId}`,
    );
  }
  refuseBeyond(state, account, "images", imagesOf(state, account, region), tooManyImages);
  return name;
}
