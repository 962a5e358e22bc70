import type { Account } from "../../topology";
import type { RunContext } from "../engine/context";

/** The service that launches instances of an Auto Scaling group. */
const SERVICE = "autoscaling.amazonaws.com";

/** Makes the role under which Auto Scaling launches; Terraform has no safe form for "create unless there". */
export async function ensureServiceLinkedRole(context: RunContext, account: Account): Promise<void> {
  const created = await context.aws.roles(account).createServiceLinkedRole(SERVICE);
  context.emit({ code: "ServiceLinkedRoleReady", account: account.id, created });
}
