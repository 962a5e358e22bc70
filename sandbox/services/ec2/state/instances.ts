import type { ImageTraits, StateReason } from "./images";

export type InstanceStateName =
  "pending" | "running" | "stopping" | "stopped" | "shutting-down" | "terminated";

export interface Instance {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly region: string;
  readonly owner: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly launchIndex: number;
  readonly launchTime: string;
  readonly traits: ImageTraits;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly privateIpAddress: string;
  readonly securityGroups: readonly { readonly groupId: string; readonly groupName: string }[];
  readonly settings: InstanceSettings;
  readonly clientToken?: string;
  /** Of a Spot Instance. */
  readonly spotRequestId?: string;
  state: InstanceStateName;
  stateReason?: StateReason;
}

/** Settings that are stored and shown, and have no further effect here. */
export interface InstanceSettings {
  readonly keyName?: string;
  readonly userData?: string;
  readonly instanceProfile?: { readonly arn?: string; readonly name?: string };
  readonly httpTokens?: string;
  readonly httpEndpoint?: string;
  readonly httpPutResponseHopLimit?: number;
  readonly instanceMetadataTags?: string;
  readonly monitoring?: boolean;
  readonly ebsOptimized?: boolean;
  readonly disableApiTermination?: boolean;
  readonly shutdownBehavior?: string;
}
