import type { ImageTraits, StateReason } from "./images";

export type InstanceStateName =
  "pending" | "running" | "stopping" | "stopped" | "shutting-down" | "terminated";

export interface Instance {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly region: string;
  readonly owner: string;
  readonly imageId: string;
  instanceType: string;
  readonly launchIndex: number;
  readonly launchTime: string;
  readonly traits: ImageTraits;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly privateIpAddress: string;
  securityGroups: readonly { readonly groupId: string; readonly groupName: string }[];
  readonly network: {
    readonly interfaceId: string;
    readonly attachmentId: string;
    readonly macAddress: string;
    /** Whether it has a public address while it runs. */
    readonly isPublic: boolean;
    publicIp?: string;
  };
  settings: InstanceSettings;
  readonly clientToken?: string;
  /** For a Spot Instance. */
  readonly spotRequestId?: string;
  state: InstanceStateName;
  stateReason?: StateReason;
}

/** Settings that are stored and returned, and have no further effect here. */
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
  readonly disableApiStop?: boolean;
  readonly sourceDestCheck?: boolean;
  /** `standard` or `unlimited`. @default - the default of its type */
  readonly cpuCredits?: string;
  readonly autoRecovery?: string;
  readonly capacityReservationPreference?: string;
  readonly hostnameType?: string;
  readonly coreCount?: number;
  readonly threadsPerCore?: number;
  readonly shutdownBehavior?: string;
}
