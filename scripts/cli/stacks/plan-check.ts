import type { Topology } from "../../../topology";
import type { DeployerAccess } from "../../aws";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";
import type { Stack } from "../../terraform/synthesised";
import { unknownToLock } from "./unknown-to-lock";
import { replacedNotifications } from "./replaced-notifications";
import { replacedReplication } from "./replaced-replication";
import { takenAliases } from "./taken-aliases";

/** Reasons not to apply a stack's plan, although Terraform could. */
export function planCheck(
  topology: Topology,
  connect: () => DeployerAccess,
): (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]> {
  const taken = takenAliases(topology, connect);
  const replaced = replacedReplication(topology, connect);
  const notified = replacedNotifications(topology, connect);
  return async (stack, plan) => [
    ...unknownToLock(plan),
    ...(await taken(stack, plan)),
    ...(await replaced(stack, plan)),
    ...(await notified(stack, plan)),
  ];
}
