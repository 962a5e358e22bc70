import { autoScalingGroupArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { some } from "./row-grants";

/** What the runner role may do with Auto Scaling groups, if the topology requests it. */
export const GROUP_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RefreshGroups",
    actions: ["autoscaling:CancelInstanceRefresh", "autoscaling:StartInstanceRefresh"],
    basis: "enforced",
    why: "keyferry rollout replaces the instances of the groups that opted in after a new image was published, and cancels a replacement on request; nothing else is allowed on these groups, and nothing on others",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) =>
      some(
        access.refreshes.map(({ region, group }) =>
          autoScalingGroupArn(access.partition, region, access.account, group),
        ),
      ),
  },
];
