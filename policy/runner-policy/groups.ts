import { autoScalingGroupArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { some } from "./row-grants";

/** What the runner role may do with Auto Scaling groups, where the topology asks for it. */
export const GROUP_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RefreshGroups",
    actions: ["autoscaling:CancelInstanceRefresh", "autoscaling:StartInstanceRefresh"],
    basis: "enforced",
    why: "keyferry rollout replaces the instances of the groups that opted in after a new image was published, and cancels a replacement where it is asked to; no other group, and nothing else of these",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) =>
      some(
        access.refreshes.map(({ region, group }) =>
          autoScalingGroupArn(access.partition, region, access.account, group),
        ),
      ),
  },
];
