import { parseArn } from "@keyferry/common";
import type { Account } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";

const say = check("credentials");

/** Whether the account's runner role can be assumed, and the account is the one in the topology. */
export async function checkCredentials({ aws }: ReadContext, account: Account): Promise<Finding> {
  const subject = `account ${account.name}`;
  const caller = await say.looking(subject, () => aws.identity(account).callerArn(), "failed");
  if ("finding" in caller) return caller.finding;
  const entered = parseArn(caller.value)?.account;
  return entered === account.id
    ? say.passed(subject, `accessed as ${caller.value}`)
    : say.failed(
        subject,
        `the credentials belong to ${caller.value}, not to account ${account.id}`,
        `correct accounts.${account.name} in the topology, or the profile`,
      );
}
