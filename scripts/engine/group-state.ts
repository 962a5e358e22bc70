import type { GroupStatus } from "./results";

/** Source: EC2 Auto Scaling API reference, InstanceRefresh.Status. */
const ACTIVE = ["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"];

/** Whether a replacement of a group's instances is in progress. */
export function isBeingReplaced({ refresh }: Pick<GroupStatus, "refresh">): boolean {
  return refresh !== undefined && refresh.endedAt === undefined && ACTIVE.includes(refresh.status);
}

/** Whether a group that should follow its image does not, and no replacement in progress will change that. */
export function isBehind(status: GroupStatus): boolean {
  return status.follows === "rollout" && (status.running?.toReplace ?? 0) > 0 && !isBeingReplaced(status);
}
