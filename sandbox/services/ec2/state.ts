/** Everything EC2 knows, as plain data. Resources of all accounts and Regions live side by side. */

export type ImageState = "pending" | "available" | "failed";

export interface StateReason {
  readonly code: string;
  readonly message: string;
}

/** One device of an image: a snapshot with the volume that is made from it, or an instance store volume. */
export interface ImageDevice {
  readonly deviceName: string;
  readonly virtualName?: string;
  readonly ebs?: {
    readonly snapshotId: string;
    /** GiB. */
    readonly volumeSize: number;
    readonly volumeType: string;
    readonly iops?: number;
    /** MiB/s. */
    readonly throughput?: number;
    readonly deleteOnTermination: boolean;
    readonly encrypted: boolean;
  };
}

/** What an image is, whoever owns it; a copy keeps all of it. */
export interface ImageTraits {
  readonly architecture: string;
  readonly rootDeviceName: string;
  readonly virtualizationType: string;
  readonly platformDetails: string;
  readonly usageOperation: string;
  readonly enaSupport: boolean;
  readonly sriovNetSupport?: string;
  readonly bootMode?: string;
  readonly tpmSupport?: string;
  readonly imdsSupport?: string;
}

export interface Image {
  readonly imageId: string;
  readonly region: string;
  /** 12-digit account id. */
  readonly owner: string;
  readonly ownerAlias?: string;
  readonly name: string;
  description?: string;
  readonly traits: ImageTraits;
  readonly devices: readonly ImageDevice[];
  readonly creationDate: string;
  readonly sourceInstanceId?: string;
  readonly sourceImageId?: string;
  readonly sourceImageRegion?: string;
  readonly public: boolean;
  /** Accounts that may launch it. */
  launchPermissions: readonly string[];
  state: ImageState;
  stateReason?: StateReason;
}

export type SnapshotState = "pending" | "completed" | "error";

export interface Snapshot {
  readonly snapshotId: string;
  readonly region: string;
  readonly owner: string;
  readonly ownerAlias?: string;
  readonly volumeId: string;
  /** GiB. */
  readonly volumeSize: number;
  /** Bytes that really hold data: what a copy has to move. */
  readonly dataBytes: number;
  readonly description: string;
  readonly startTime: string;
  /** ARN of the key; absent for an unencrypted snapshot. */
  readonly keyArn?: string;
  readonly public: boolean;
  /** Accounts that may create volumes from it, or copy it. */
  createVolumePermissions: readonly string[];
  state: SnapshotState;
  stateMessage?: string;
  completionTime?: string;
  /** 0 to 100. */
  progress: number;
}

export interface Volume {
  readonly volumeId: string;
  readonly region: string;
  readonly owner: string;
  readonly availabilityZone: string;
  /** GiB. */
  readonly size: number;
  readonly dataBytes: number;
  readonly volumeType: string;
  readonly iops?: number;
  readonly throughput?: number;
  readonly snapshotId?: string;
  readonly keyArn?: string;
  readonly createTime: string;
  state: "creating" | "in-use" | "available";
  attachment?: Attachment;
}

export interface Attachment {
  readonly instanceId: string;
  readonly deviceName: string;
  readonly attachTime: string;
  readonly deleteOnTermination: boolean;
}

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

/** EBS settings of one account in one Region. */
export interface EbsDefaults {
  encryptByDefault: boolean;
  /** Absent while the default key is the AWS managed one. */
  keyArn?: string;
}

/** What a call with a ClientToken answered, so that its retry answers the same. */
export interface RememberedAnswer {
  readonly parameters: string;
  readonly ids: readonly string[];
}

export interface Ec2State {
  readonly images: Record<string, Image>;
  readonly snapshots: Record<string, Snapshot>;
  readonly volumes: Record<string, Volume>;
  readonly instances: Record<string, Instance>;
  /** `account/resource id` -> key -> value: tags belong to the account that set them. */
  readonly tags: Record<string, Readonly<Record<string, string>>>;
  /** `account/region` -> settings. */
  readonly ebsDefaults: Record<string, EbsDefaults>;
  /** `account/region/operation/token` -> answer. */
  readonly answers: Record<string, RememberedAnswer>;
}

export function emptyEc2State(): Ec2State {
  return { images: {}, snapshots: {}, volumes: {}, instances: {}, tags: {}, ebsDefaults: {}, answers: {} };
}
