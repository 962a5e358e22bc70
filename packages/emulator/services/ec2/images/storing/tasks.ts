/** Store image tasks. Source: EC2 user guide, "How AMI store and restore works". */
import type { Caller } from "../../../../contract";
import { AwsError } from "../../../../contract";
import type { Ec2State, StoreTask } from "../../state";
import { GIB } from "../../throughput";

/** Limits from the EC2 user guide, "Store and restore an AMI using S3", limitations and quotas; in GB, as in the guide. */
export const LARGEST_IMAGE_GB = 5000;
const STORE_IN_PROGRESS_GB = 1200;
const RESTORE_IN_PROGRESS_GB = 600;

/** What a caller needs to store or restore an image. */
export interface StoreWork {
  readonly caller: Caller;
  readonly taskId: string;
}

/** The account's tasks in a Region, newest first. */
export function tasksOf(state: Ec2State, account: string, region: string): readonly StoreTask[] {
  return Object.values(state.storeTasks)
    .filter((task) => task.account === account && task.region === region)
    .reverse();
}

/** @throws ResourceLimitExceeded while the images being stored leave no room for another task */
export function refuseTooMuchStoring(state: Ec2State, account: string, region: string): void {
  const bytes = tasksOf(state, account, region)
    .filter((task) => task.state === "InProgress")
    .reduce((sum, task) => sum + task.dataBytes, 0);
  refuseAbove(bytes / GIB, STORE_IN_PROGRESS_GB, "store");
}

/** The same for restoring, which counts the images being restored. @throws ResourceLimitExceeded */
export function refuseTooMuchRestoring(state: Ec2State, account: string, region: string): void {
  const gib = Object.entries(state.restoring).reduce((sum, [imageId, size]) => {
    const image = state.images[imageId];
    const counts = image?.state === "pending" && image.owner === account && image.region === region;
    return counts ? sum + size : sum;
  }, 0);
  refuseAbove(gib, RESTORE_IN_PROGRESS_GB, "restore");
}

function refuseAbove(gb: number, limit: number, what: "store" | "restore"): void {
  if (gb < limit) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `The ${what} image tasks in progress have reached the limit of ${limit} GB of snapshot data.`,
  );
}
