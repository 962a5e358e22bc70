import type { Account } from "../../topology";
import type { RunContext } from "../engine/context";

/** The service that launches instances of an Auto Scaling group. */
const SERVICE = "autoscaling.amazonaws.com";

/** Creates the role under which Auto Scaling launches; Terraform has no safe way to create a role only if it does not exist. */
export async function ensureServiceLinkedRole(context: RunContext, account: Account): Promise<void> {
  const created = await context.aws.roles(account).createServiceLinkedRole(SERVICE);
  context.emit({ code: "ServiceLinkedRoleReady", account: account.id, created });
}
