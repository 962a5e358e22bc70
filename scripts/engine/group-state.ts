import type { GroupStatus } from "./results";

/** Source: EC2 Auto Scaling API reference, InstanceRefresh.Status. */
const ACTIVE = ["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"];

/** Whether a replacement of a group's instances goes on. */
export function isBeingReplaced({ refresh }: Pick<GroupStatus, "refresh">): boolean {
  return refresh !== undefined && refresh.endedAt === undefined && ACTIVE.includes(refresh.status);
}

/** Whether a group that is to follow its image does not, and nothing goes on that would change that. */
export function isBehind(status: GroupStatus): boolean {
  return status.follows === "rollout" && (status.running?.toReplace ?? 0) > 0 && !isBeingReplaced(status);
}
