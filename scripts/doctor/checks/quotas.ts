import type { Place } from "../../../topology";
import type { LookContext } from "../../engine/context";
import { placeName } from "../facts";
import { check, type Finding } from "../finding";

const say = check("quotas");

/**
 * How many copies can still be begun: snapshots that are in progress there, whoever makes them, against the quota.
 * @param limit copies in progress at the same time in one account and Region
 */
export async function checkQuotas({ aws }: LookContext, place: Place, limit: number): Promise<Finding> {
  const { account, region } = place;
  const subject = placeName(place);
  const looked = await say.looking(subject, () =>
    aws.images(place).describeSnapshots({ status: ["pending"] }),
  );
  if ("finding" in looked) return looked.finding;
  const pending = looked.value.length;
  if (pending < limit) return say.passed(subject, `${pending} of ${limit} snapshot copies in progress`);
  return say.failed(
    subject,
    `${pending} snapshots are in progress in account ${account.id} ${region}, and AWS takes ${limit} copies at once`,
    `wait until some have ended, or account ${account.id} asks AWS for a higher quota of concurrent snapshot copies in ${region}`,
    account.id,
  );
}
