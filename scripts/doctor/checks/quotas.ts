import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { COPY_QUOTA, readCopyQuota, reckonedQuota, type CopyQuotaSettings } from "../../engine/copy-quotas";
import { placeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";

const say = check("quotas");

/**
 * How many copies can still be started: all snapshots in progress, also those of others, against the quota of the account and
 * Region. If the quota cannot be read, the finding states which value a run uses instead, and why.
 */
export async function checkQuotas(
  { aws }: ReadContext,
  place: Place,
  settings: CopyQuotaSettings,
): Promise<Finding> {
  const { account, region } = place;
  const subject = placeName(place);
  const [snapshots, quota] = await Promise.all([
    say.looking(subject, () => aws.images(place).describeSnapshots({ status: ["pending"] })),
    say.looking(subject, () => readCopyQuota(aws, place)),
  ]);
  if ("finding" in snapshots) return snapshots.finding;
  const pending = snapshots.value.length;
  const { copiesAtOnce, from } = reckonedQuota("value" in quota ? quota.value : undefined, settings);
  if (from === "documents") {
    const reckoned = `a run assumes AWS's documented ${copiesAtOnce} copies at a time (${pending} in progress)`;
    const why =
      "finding" in quota
        ? quota.finding
        : { what: `Service Quotas does not list the quota "${COPY_QUOTA.name}"`, fix: undefined };
    return say.unknown(
      subject,
      `${reckoned}: ${why.what}`,
      why.fix ?? `set --max-copies if account ${account.id} has another quota in ${region}`,
      account.id,
    );
  }
  if (pending < copiesAtOnce) {
    const whose =
      from === "account" ? "" : "; AWS's default, because Service Quotas has no value for the account";
    return say.passed(subject, `${pending} of ${copiesAtOnce} snapshot copies in progress${whose}`);
  }
  return say.failed(
    subject,
    `${pending} snapshots are in progress in account ${account.id} ${region}, and AWS allows ${copiesAtOnce} copies at a time`,
    `wait until some have ended, or have account ${account.id} request a higher quota of concurrent snapshot copies in ${region} from AWS Support`,
    account.id,
  );
}
