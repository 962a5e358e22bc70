import type { Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { placeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";

const say = check("quotas");

/** The maximum that the copies of a topology add to a place. */
type Additions = Readonly<Record<"images" | "snapshots", number>>;

/** Sources: EC2 user guide, "AMI quotas"; EBS user guide, "Quotas for Amazon EBS". */
const QUOTAS = [
  { of: "images", service: "ec2", name: "AMIs" },
  { of: "snapshots", service: "ebs", name: "Snapshots per Region" },
] as const;

/**
 * Whether the account's quotas allow more images and snapshots in the Region, and enough for all copies. If Service Quotas denies
 * access, the check of copies in progress reports it, once.
 */
export async function checkRoom(
  { aws }: ReadContext,
  place: Place,
  additions: Additions,
): Promise<readonly Finding[]> {
  const { account, region } = place;
  const subject = placeName(place);
  const looks = QUOTAS.filter(({ of }) => additions[of] > 0).map(
    async ({ of, service, name }): Promise<readonly Finding[]> => {
      const quotas = aws.quotas(place);
      const [quota, owned] = await Promise.all([
        say.looking(subject, () => quotas.serviceQuota(service, name)),
        say.looking(subject, () => quotas.owned(of)),
      ]);
      if ("finding" in quota) return [];
      if ("finding" in owned) return [owned.finding];
      if (quota.value === undefined) {
        return [
          say.unknown(subject, `Service Quotas does not list the quota "${name}"`, undefined, account.id),
        ];
      }
      const seen = `${owned.value} of ${quota.value.value} ${of}`;
      const more = `have account ${account.id} request a higher quota "${name}" in ${region} from AWS, or remove what it does not need`;
      const room = quota.value.value - owned.value;
      if (room <= 0) {
        return [say.failed(subject, `account ${account.id} has ${seen} in ${region}`, more, account.id)];
      }
      if (room >= additions[of]) return [say.passed(subject, seen)];
      return [say.passed(subject, `${seen}; all copies together would add ${additions[of]}`, more)];
    },
  );
  return (await Promise.all(looks)).flat();
}
