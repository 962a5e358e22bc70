import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";

const say = check("auto-scaling-role");

/** Whether the role exists with which the account's Auto Scaling groups launch; a run creates it if it is missing. */
export async function checkAutoScalingRole({ aws }: ReadContext, place: Place): Promise<Finding> {
  const subject = `account ${place.account.name}`;
  const looked = await say.looking(subject, () => aws.settings(place).hasAutoScalingRole());
  if ("finding" in looked) return looked.finding;
  return looked.value
    ? say.passed(subject, "the service-linked role of Auto Scaling exists")
    : say.passed(subject, "the service-linked role of Auto Scaling does not exist; keyferry run creates it");
}
