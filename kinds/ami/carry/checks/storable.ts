import type { Rule } from "../../../../topology";
import { isStored } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { check, type Finding } from "../../../../scripts/engine/finding";
import { storedSizeGb, tooLargeToStore } from "../../declare/stored-size";

const say = check("storable");

/**
 * Whether EC2 can store the image as an object, if a destination requires it; undefined if none does. If a plan has chosen the route,
 * its routes are judged instead.
 */
export function checkStorable(rule: Rule, image: ImageView): Finding | undefined {
  if (!rule.to.some((to) => isStored({ to }) && to.routeIsChosen !== true)) return undefined;
  const { account } = rule.from;
  const fix = `leave out route "store-restore" of images.${rule.name}, or use another image`;
  const refused = (what: string) => say.failed(rule.name, `${image.id} ${what}`, fix, account.id);
  const rootDevice = image.attributes["root device type"];
  if (rootDevice !== undefined && rootDevice !== "ebs")
    return refused(`has the root device type ${rootDevice}: EC2 stores only EBS-backed images as S3 objects`);
  if (image.attributes["virtualization type"] === "paravirtual")
    return refused("is paravirtual: EC2 does not store paravirtual images as S3 objects");
  const problem = tooLargeToStore(image.volumes);
  if (problem !== undefined) return refused(problem);
  return say.passed(
    rule.name,
    `${image.id} is EBS-backed, of ${Math.ceil(storedSizeGb(image.volumes))} GB, and can be stored as an S3 object`,
  );
}
