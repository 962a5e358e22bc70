import type { JsonObject } from "../../../contract";

/** One launch option of a fleet. */
export interface FleetOption {
  /** @default - it is a launch specification of the request itself */
  readonly template?: { readonly id: string; readonly name: string; readonly version: string };
  /** As sent: the changes to the template, or the whole launch specification. */
  readonly override: JsonObject;
  /** Units of capacity that one instance counts for. */
  readonly weight: number;
}

/** Units of capacity; the total is the sum of On-Demand and Spot. */
export interface FleetTarget {
  readonly total: number;
  readonly onDemand: number;
  readonly spot: number;
  readonly defaultType: "on-demand" | "spot";
}

export interface FleetInstance {
  readonly instanceId: string;
  readonly isSpot: boolean;
  /** Its position among the options. */
  readonly option: number;
  readonly weight: number;
}

/** The additional state of a Spot Fleet. */
export interface SpotFleetRequest {
  /** ARN of the role that it uses to tag and terminate instances. */
  readonly iamFleetRole: string;
  readonly allocationStrategy: string;
  /** As sent; none where launch templates define what is launched. */
  readonly launchSpecifications: readonly JsonObject[];
}

/** A request of CreateFleet or RequestSpotFleet, and what was launched for it. */
export interface Fleet {
  /** `fleet-...`, or `sfr-...` for a Spot Fleet. */
  readonly fleetId: string;
  /** @default - it is an EC2 Fleet */
  readonly spotFleet?: SpotFleetRequest;
  readonly type: "instant" | "maintain" | "request";
  readonly owner: string;
  readonly region: string;
  readonly createTime: string;
  readonly clientToken?: string;
  readonly replaceUnhealthy: boolean;
  excessPolicy: "termination" | "no-termination";
  target: FleetTarget;
  /** In the order in which they are tried. */
  options: readonly FleetOption[];
  instances: readonly FleetInstance[];
  /** Why the last attempt launched less than requested. */
  failures: readonly {
    readonly option: number;
    readonly isSpot: boolean;
    readonly code: string;
    readonly message: string;
  }[];
  state: "submitted" | "active" | "modifying" | "deleted_running" | "deleted_terminating" | "deleted";
}
