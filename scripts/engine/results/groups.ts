import type { RefreshView } from "../../aws";

/** An image that instances of a group run. */
export interface RunningImage {
  readonly imageId: string;
  readonly instances: number;
  /** Name of the image; absent: it was deregistered, or is not the account's. */
  readonly name?: string;
  /** Id of the source image that it is a copy of. */
  readonly source?: string;
  /** ISO 8601. */
  readonly madeAt?: string;
}

/** Which images an Auto Scaling group of the topology runs. */
export interface GroupStatus {
  readonly group: string;
  /** The user's name of the image. */
  readonly rule: string;
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /**
   * How a newly published image reaches running instances: `rollout` (the topology opted in), `deployment` (Terraform reads
   * the parameter), or not at all before they are replaced for another reason.
   */
  readonly follows: "rollout" | "deployment" | "nothing";
  readonly parameter: string;
  /** Id of the image that the parameter shows; absent: nothing is published. */
  readonly published?: string;
  /** Since when, ISO 8601. */
  readonly publishedAt?: string;
  /** Absent: there is no such group, or it could not be read. */
  readonly running?: {
    /** All that are neither terminating nor terminated. */
    readonly instances: number;
    readonly images: readonly RunningImage[];
    /** Instances that run another image than the published one. */
    readonly onOtherImages: number;
    /** Instances of an earlier version of the launch template. */
    readonly onOldTemplate: number;
    /** Instances that a rollout would replace. */
    readonly toReplace: number;
    /** Outdated instances that the topology excludes from a refresh. */
    readonly leftAlone: number;
  };
  /** The newest replacement of the group's instances. */
  readonly refresh?: RefreshView;
  /** Why it could not be read. */
  readonly unseen?: string;
}

/** The result of a rollout for one group. */
export type RolloutOutcome =
  /** All instances run the published image already. */
  | "current"
  /** A refresh was started or joined, and ended successfully. */
  | "replaced"
  /** A refresh is in progress; the command does not wait for it. */
  | "in-progress"
  | "cancelled"
  /** There was nothing to cancel. */
  | "nothing-to-cancel"
  | "failed"
  | "not-done";

export interface GroupRollout {
  readonly status: GroupStatus;
  readonly outcome: RolloutOutcome;
  /** AWS's reason first, then its explanation. */
  readonly reason?: string;
  readonly fixes?: readonly string[];
}

export interface Rollout {
  readonly topology: string;
  readonly groups: readonly GroupRollout[];
  readonly state: "done" | "failed" | "interrupted";
}
