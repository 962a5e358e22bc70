/** A launch after validation: defaults filled in. What is absent is left to AWS. */
import type { z } from "zod";
import type { launchSchema } from "./schema";

export type LaunchInput = z.input<typeof launchSchema>;

/** Which instance types EC2 Auto Scaling may choose. */
export type InstanceRequirements = NonNullable<LaunchInput["instanceRequirements"]>;

/** What a launch changes of one volume of the image. */
export type LaunchVolume = NonNullable<LaunchInput["volumes"]>[string];

/** How a group's instances are replaced. */
export type RefreshPreferences = NonNullable<LaunchInput["refresh"]>;

/** An Auto Scaling group on the image in its new home. */
export interface Launch {
  /** Undefined: `instanceRequirements` chooses. */
  readonly instanceType?: string;
  readonly instanceRequirements?: InstanceRequirements;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity?: number;
  /** Subnet ids; empty: the default VPC's subnet in `availabilityZones`. */
  readonly subnetIds: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly securityGroupIds?: readonly string[];
  /** Name or ARN. */
  readonly instanceProfile?: string;
  /** Plain text. */
  readonly userData?: string;
  readonly keyName?: string;
  readonly targetGroupArns?: readonly string[];
  readonly healthCheck?: LaunchInput["healthCheck"];
  readonly metadata?: LaunchInput["metadata"];
  readonly detailedMonitoring?: boolean;
  /** By device name. */
  readonly volumes?: Readonly<Record<string, LaunchVolume>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Undefined: nothing replaces running instances. */
  readonly refresh?: RefreshPreferences;
}

/** @param region of the destination */
export function launchOf(input: LaunchInput, region: string): Launch {
  const { minSize = 1, maxSize, subnetIds = [], availabilityZones, ...rest } = input;
  return {
    ...rest,
    minSize,
    maxSize: maxSize ?? minSize,
    subnetIds,
    availabilityZones: subnetIds.length > 0 ? [] : (availabilityZones ?? [`${region}a`]),
  };
}

/**
 * Whether each launch reads the image parameter anew. With instance requirements EC2 Auto Scaling takes no parameter.
 * Source: EC2 Auto Scaling user guide, "Using AWS Systems Manager parameters instead of AMI IDs in launch templates".
 */
export function readsImageAtLaunch(launch: Launch): boolean {
  return launch.instanceRequirements === undefined;
}

/** Whether `keyferry rollout` replaces the group's instances: it was asked for, and a launch takes the published image. */
export function isRolledOut(launch: Launch | undefined): launch is Launch & { refresh: RefreshPreferences } {
  return launch?.refresh !== undefined && readsImageAtLaunch(launch);
}
