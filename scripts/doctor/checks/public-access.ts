import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { placeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";

const say = check("public-access");

/**
 * Block public access does not prevent sharing an image with an account; without it, a mistake can make an image public.
 * Source: EC2 user guide, "Block public access for AMIs".
 */
export async function checkPublicAccess({ aws }: ReadContext, place: Place): Promise<Finding> {
  const subject = placeName(place);
  const looked = await say.looking(subject, () => aws.settings(place).blockPublicAccess());
  if ("finding" in looked) return looked.finding;
  const { images, snapshots } = looked.value;
  const open = [
    ...(images === "unblocked" ? ["images (EnableImageBlockPublicAccess)"] : []),
    ...(snapshots === "unblocked" ? ["snapshots (EnableSnapshotBlockPublicAccess)"] : []),
  ];
  const what = `public sharing of images: ${images}, of snapshots: ${snapshots}`;
  if (open.length === 0) return say.passed(subject, what);
  return say.passed(
    subject,
    what,
    `account ${place.account.id} can block public sharing of ${open.join(" and ")}; sharing with accounts stays possible`,
  );
}
