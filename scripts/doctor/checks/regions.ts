import type { Account, Place } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";

const say = check("regions");

/**
 * Whether an account has enabled every Region that it uses, and those from which it copies: in a Region that is not enabled, it
 * can use no key and see no image. Source: KMS developer guide, "Allowing users in other accounts to use a KMS
 * key".
 * @param from the place whose API is called; one of the account's own
 */
export async function checkRegions(
  { aws }: ReadContext,
  account: Account,
  from: Place,
  needed: readonly string[],
): Promise<readonly Finding[]> {
  const subject = `account ${account.name}`;
  const looked = await say.looking(subject, () => aws.settings(from).regions());
  if ("finding" in looked) return [looked.finding];
  const off = needed.filter((region) => looked.value.get(region) === "not-opted-in");
  if (off.length === 0) return [say.passed(subject, `${needed.join(", ")} enabled`)];
  return off.map((region) =>
    say.failed(
      subject,
      `the Region ${region} is not enabled in account ${account.id}`,
      `account ${account.id} must enable the Region ${region}, which takes some minutes`,
      account.id,
    ),
  );
}
