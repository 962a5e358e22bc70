import type { JsonObject } from "../../../contract";

/** One way to launch, as a fleet tries it. */
export interface FleetOption {
  /** @default - it is a launch specification of the request itself */
  readonly template?: { readonly id: string; readonly name: string; readonly version: string };
  /** As it was sent: what is changed of the template, or all of the launch specification. */
  readonly override: JsonObject;
  /** Units of capacity that one instance counts for. */
  readonly weight: number;
}

/** Units of capacity; On-Demand and Spot make the total. */
export interface FleetTarget {
  readonly total: number;
  readonly onDemand: number;
  readonly spot: number;
  readonly defaultType: "on-demand" | "spot";
}

export interface FleetInstance {
  readonly instanceId: string;
  readonly isSpot: boolean;
  /** Its place among the options. */
  readonly option: number;
  readonly weight: number;
}

/** What makes a fleet a Spot Fleet. */
export interface SpotFleetRequest {
  /** ARN of the role with which it tags and ends instances. */
  readonly iamFleetRole: string;
  readonly allocationStrategy: string;
  /** As they were sent; none where launch templates say what is launched. */
  readonly launchSpecifications: readonly JsonObject[];
}

/** What CreateFleet or RequestSpotFleet was asked for, and what it launched. */
export interface Fleet {
  /** `fleet-...`, or of a Spot Fleet `sfr-...`. */
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
  /** Why the last attempt launched less than was wanted. */
  failures: readonly {
    readonly option: number;
    readonly isSpot: boolean;
    readonly code: string;
    readonly message: string;
  }[];
  state: "submitted" | "active" | "modifying" | "deleted_running" | "deleted_terminating" | "deleted";
}
