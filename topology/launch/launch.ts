/** A launch after validation, with defaults filled in. Settings that are absent have AWS's defaults. */
import type { z } from "zod";
import type { launchSchema } from "./schema";

export type LaunchInput = z.input<typeof launchSchema>;

/** Which instance types EC2 Auto Scaling may choose. */
export type InstanceRequirements = NonNullable<LaunchInput["instanceRequirements"]>;

/** Changes of one volume of the image at launch. */
export type LaunchVolume = NonNullable<LaunchInput["volumes"]>[string];

/** How a group's instances are replaced. */
export type RefreshPreferences = NonNullable<LaunchInput["refresh"]>;

/** An Auto Scaling group that launches from the image in its destination. */
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
  /** Undefined: running instances are not replaced. */
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
 * Whether each launch reads the image parameter. With instance requirements, EC2 Auto Scaling does not support a parameter.
 * Source: EC2 Auto Scaling user guide, "Using AWS Systems Manager parameters instead of AMI IDs in launch templates".
 */
export function readsImageAtLaunch(launch: Launch): boolean {
  return launch.instanceRequirements === undefined;
}

/** Whether `keyferry rollout` replaces the group's instances: `refresh` is set, and launches use the published image. */
export function isRolledOut(launch: Launch | undefined): launch is Launch & { refresh: RefreshPreferences } {
  return launch?.refresh !== undefined && readsImageAtLaunch(launch);
}
