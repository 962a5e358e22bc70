import type { InstanceRequirements, RefreshPreferences } from "../../topology";

/** Ports to services that launch copies of images. */

/** An instance of an Auto Scaling group. */
export interface GroupMember {
  readonly instanceId: string;
  /** Absent if EC2 does not have the instance any more, or does not show it yet. */
  readonly imageId?: string;
  /** `InService`, `Pending`, `Terminating`, `Standby`, ... */
  readonly lifecycle: string;
  readonly isHealthy: boolean;
  /** Whether it is protected from scale in. */
  readonly isProtected: boolean;
  /** Version of the launch template from which it was launched. */
  readonly templateVersion?: string;
}

export interface GroupView {
  readonly name: string;
  /** Desired number of instances. */
  readonly desired: number;
  /** Version of the launch template from which it launches; absent if it uses the latest or the default version. */
  readonly templateVersion?: string;
  readonly members: readonly GroupMember[];
}

/** An instance refresh. Source: EC2 Auto Scaling API reference, InstanceRefresh. */
export interface RefreshView {
  readonly id: string;
  /** `Pending`, `InProgress`, `Successful`, `Failed`, `Cancelling`, `Cancelled`, `Baking`, ... */
  readonly status: string;
  /** AWS's reason for the status. */
  readonly reason?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent while it is in progress. */
  readonly endedAt?: string;
  /** 0 to 100. */
  readonly percent: number;
  readonly instancesLeft: number;
}

/** Auto Scaling groups of an account in a Region, and the replacement of their instances. */
export interface GroupsPort {
  /** Undefined if the group does not exist. */
  group(name: string): Promise<GroupView | undefined>;
  /** Newest first; empty if the group does not exist. */
  refreshes(name: string): Promise<readonly RefreshView[]>;
  /** @returns id of the refresh; undefined if another one is in progress */
  startRefresh(name: string, preferences: RefreshPreferences): Promise<string | undefined>;
  /** @returns false if none is in progress */
  cancelRefresh(name: string): Promise<boolean>;
}

/** What an instance type can run. Source: EC2 API reference, InstanceTypeInfo. */
export interface InstanceTypeView {
  /** `x86_64`, `arm64`, ... */
  readonly architectures: readonly string[];
  /** `legacy-bios`, `uefi`. */
  readonly bootModes: readonly string[];
  /** `hvm`, `paravirtual`. */
  readonly virtualization: readonly string[];
  /** Whether it has only ENA network cards. */
  readonly requiresEna: boolean;
}

/** Instance types in an account and Region. Reads only. */
export interface InstanceTypesPort {
  /** Undefined if the type does not exist in that Region. */
  type(name: string): Promise<InstanceTypeView | undefined>;
  /** Availability Zones that offer the type. */
  zonesOf(name: string): Promise<readonly string[]>;
  /** The Availability Zone of each subnet that exists. */
  zonesOfSubnets(subnetIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Types that meet the requirements and can run such an image. */
  matching(
    requirements: InstanceRequirements,
    image: { readonly architecture: string; readonly virtualization: string },
  ): Promise<readonly string[]>;
}
