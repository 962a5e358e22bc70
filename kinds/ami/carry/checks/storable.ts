import type { Rule } from "../../../../topology";
import { isStored } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("storable");

/** Source: EC2 user guide, "Store and restore an AMI using S3", limitations: GB of the volumes, before they are compressed. */
const LARGEST_GB = 5_000;
const GB = 1_000 ** 3;
const GIB = 1_024 ** 3;

/**
 * Whether EC2 stores the image as an object, where a destination asks for that; undefined where none does. Where a plan has chosen it,
 * its routes are judged instead.
 */
export function checkStorable(rule: Rule, image: ImageView): Finding | undefined {
  if (!rule.to.some((to) => isStored({ to }) && to.routeIsChosen !== true)) return undefined;
  const { account } = rule.from;
  const refused = (what: string, fix: string) =>
    say.failed(rule.name, `${image.id} ${what}: EC2 does not store it as an object`, fix, account.id);
  const others = `leave out route "store-restore" of images.${rule.name}, or carry another image`;
  const rootDevice = image.attributes["root device type"];
  if (rootDevice !== undefined && rootDevice !== "ebs")
    return refused(`has a root device of type ${rootDevice}`, others);
  if (image.attributes["virtualization type"] === "paravirtual") return refused("is paravirtual", others);
  const gb = (image.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) * GIB) / GB;
  if (gb > LARGEST_GB) {
    return refused(
      `has volumes of ${Math.ceil(gb)} GB, more than the ${LARGEST_GB} GB that an object may hold`,
      others,
    );
  }
  return say.passed(
    rule.name,
    `${image.id} is EBS-backed, of ${Math.ceil(gb)} GB, and can be stored as an object`,
  );
}
