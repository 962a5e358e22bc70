import type { OrganizationDirectory } from "../../contract";

/** Everything EC2 knows, as plain data. Resources of all accounts and Regions live side by side. */
import type { JsonObject } from "../../contract";
import { DEFAULT_QUOTAS, type Quotas } from "./quotas";

export type ImageState = "pending" | "available" | "failed" | "disabled";

export interface StateReason {
  readonly code: string;
  readonly message: string;
}

/** One device of an image: a snapshot with the volume that is made from it, or an instance store volume. */
export interface ImageDevice {
  readonly deviceName: string;
  readonly virtualName?: string;
  readonly ebs?: {
    /** Absent for a volume that is made empty. */
    readonly snapshotId?: string;
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
  /** Base64; shown to the owner alone. */
  readonly uefiData?: string;
  readonly kernelId?: string;
  readonly ramdiskId?: string;
  /** `windows` or absent. */
  readonly platform?: string;
  readonly productCodes?: readonly ProductCode[];
}

export interface ProductCode {
  readonly code: string;
  readonly type: "marketplace" | "devpay";
}

export interface Image {
  readonly imageId: string;
  readonly region: string;
  /** 12-digit account id. */
  readonly owner: string;
  readonly ownerAlias?: string;
  readonly name: string;
  description?: string;
  /** Replaced as a whole when `imdsSupport` changes. */
  traits: ImageTraits;
  readonly devices: readonly ImageDevice[];
  readonly creationDate: string;
  readonly sourceInstanceId?: string;
  readonly sourceImageId?: string;
  readonly sourceImageRegion?: string;
  public: boolean;
  /** Accounts that may launch it. */
  launchPermissions: readonly string[];
  /** ARNs of organisations and organizational units whose accounts may launch it. */
  launchOrganizations?: readonly string[];
  state: ImageState;
  stateReason?: StateReason;
  deprecationTime?: string;
  protection?: DeregistrationProtection;
  lastLaunchedTime?: string;
}

export interface DeregistrationProtection {
  readonly withCooldown: boolean;
  /** Set when it was disabled and the cooldown still runs; ISO 8601. */
  readonly endsAt?: string;
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
  public: boolean;
  /** Accounts that may create volumes from it, or copy it. */
  createVolumePermissions: readonly string[];
  state: SnapshotState;
  stateMessage?: string;
  completionTime?: string;
  /** 0 to 100. */
  progress: number;
  /** What a copy was made from; absent for every other snapshot. */
  readonly copiedFrom?: CopyOrigin;
  /** Minutes within which a time-based copy is to end. */
  readonly completionDurationMinutes?: number;
  /** MiB/s that a time-based copy got. */
  readonly copyThroughput?: number;
  /** The volume whose data this is, through all copies: what decides whether a further copy is incremental. */
  readonly originVolumeId?: string;
  storage?: SnapshotStorage;
  lock?: SnapshotLock;
}

export interface CopyOrigin {
  readonly snapshotId: string;
  readonly region: string;
  /** The image that CopyImage makes of the copy; absent for CopySnapshot. */
  readonly forImage?: string;
}

/** Archive tier. @default - standard */
export interface SnapshotStorage {
  tier: "standard" | "archive";
  status: string;
  startedAt: string;
  archivedAt?: string;
  restoreExpiresAt?: string;
}

export interface SnapshotLock {
  readonly mode: "governance" | "compliance";
  /** Days. */
  readonly duration: number;
  readonly createdOn: string;
  readonly durationStartTime: string;
  readonly expiresOn: string;
  /** Hours. */
  readonly coolOffPeriod?: number;
  readonly coolOffExpiresOn?: string;
}

export interface Volume {
  readonly volumeId: string;
  readonly region: string;
  readonly owner: string;
  readonly availabilityZone: string;
  /** GiB. */
  size: number;
  readonly dataBytes: number;
  volumeType: string;
  iops?: number;
  throughput?: number;
  readonly snapshotId?: string;
  readonly keyArn?: string;
  readonly createTime: string;
  state: "creating" | "in-use" | "available" | "error";
  attachment?: Attachment;
  modification?: VolumeModification;
}

export interface VolumeShape {
  readonly size: number;
  readonly volumeType: string;
  readonly iops?: number;
  readonly throughput?: number;
}

export interface VolumeModification {
  readonly original: VolumeShape;
  readonly target: VolumeShape;
  readonly startTime: string;
  state: "modifying" | "optimizing" | "completed";
  endTime?: string;
  /** 0 to 100. */
  progress: number;
}

export interface Attachment {
  readonly instanceId: string;
  readonly deviceName: string;
  readonly attachTime: string;
  readonly deleteOnTermination: boolean;
  /** @default - attached */
  readonly status?: "attaching" | "detaching";
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

/** EBS settings of one account in one Region. */
export interface EbsDefaults {
  encryptByDefault: boolean;
  /** Absent while the default key is the AWS managed one. */
  keyArn?: string;
}

/** Account settings that decide about images and public sharing, in one Region. */
export interface SharingSettings {
  /** Source: EC2 user guide, "Block public access to your AMIs": on for accounts without public images. */
  imageBlockPublicAccess: "unblocked" | "block-new-sharing";
  snapshotBlockPublicAccess: "unblocked" | "block-new-sharing" | "block-all-sharing";
  allowedImages: "disabled" | "enabled" | "audit-mode";
  criteria: readonly ImageCriterion[];
}

/** An image is allowed when it meets every part of one criterion. */
export interface ImageCriterion {
  readonly providers: readonly string[];
  readonly productCodes: readonly string[];
  readonly names: readonly string[];
  readonly maximumDaysSinceDeprecated?: number;
  readonly maximumDaysSinceCreated?: number;
}

/** What a call with a ClientToken answered, so that its retry answers the same. */
export interface RememberedAnswer {
  readonly parameters: string;
  readonly ids: readonly string[];
}

/** An image on its way into a bucket. */
export interface StoreTask {
  readonly taskId: string;
  /** Whose call it was; 12-digit id. */
  readonly account: string;
  readonly region: string;
  readonly imageId: string;
  readonly bucket: string;
  readonly key: string;
  readonly startTime: string;
  /** What has to be read. */
  readonly dataBytes: number;
  /** Tags for the object. */
  readonly objectTags: Readonly<Record<string, string>>;
  state: "InProgress" | "Completed" | "Failed";
  /** 0 to 100. */
  progress: number;
  failureReason?: string;
}

export interface Ec2State {
  /** Whom launch permissions of organisations and units let in; not written down. @default - nobody */
  readonly organizations?: OrganizationDirectory;
  readonly images: Record<string, Image>;
  readonly snapshots: Record<string, Snapshot>;
  readonly volumes: Record<string, Volume>;
  readonly instances: Record<string, Instance>;
  /** `account/resource id` -> key -> value: tags belong to the account that set them. */
  readonly tags: Record<string, Readonly<Record<string, string>>>;
  /** `account/region` -> settings. */
  readonly ebsDefaults: Record<string, EbsDefaults>;
  /** Tasks of CreateStoreImageTask by an id of their own, oldest first. */
  readonly storeTasks: Record<string, StoreTask>;
  /** Images that CreateRestoreImageTask makes -> GiB. */
  readonly restoring: Record<string, number>;
  /** `account/region/operation/token` -> answer. */
  readonly answers: Record<string, RememberedAnswer>;
  /** `account/region` -> settings. */
  readonly sharing: Record<string, SharingSettings>;
  /** Limits of every account, in each Region. */
  quotas: Quotas;
  /** Account -> limits of its own. */
  accountQuotas: Record<string, Partial<Quotas>>;
  readonly launchTemplates: Record<string, LaunchTemplate>;
  /** By id. */
  readonly usageReports: Record<string, UsageReport>;
  /** By id. */
  readonly fleets: Record<string, Fleet>;
}

export interface LaunchTemplate {
  readonly launchTemplateId: string;
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly createTime: string;
  /** ARN of whoever called. */
  readonly createdBy: string;
  defaultVersion: number;
  /** Number of the newest version that there ever was. */
  lastNumber: number;
  /** Oldest first. */
  versions: readonly TemplateVersion[];
}

export interface TemplateVersion {
  readonly number: number;
  readonly description?: string;
  readonly createTime: string;
  readonly createdBy: string;
  /** `LaunchTemplateData` as it was sent. */
  readonly data: JsonObject;
}

/** Who uses an image, as CreateImageUsageReport was asked. */
export interface UsageReport {
  readonly reportId: string;
  readonly owner: string;
  readonly region: string;
  readonly imageId: string;
  readonly resourceTypes: readonly { readonly type: string; readonly versionDepth?: number }[];
  /** 12-digit ids; empty for all. */
  readonly accounts: readonly string[];
  readonly creationTime: string;
  state: "pending" | "available";
  entries?: readonly UsageEntry[];
}

export interface UsageEntry {
  readonly account: string;
  readonly resourceType: string;
  readonly usageCount: number;
}

/** One way to launch, as a fleet tries it. */
export interface FleetOption {
  readonly template: { readonly id: string; readonly name: string; readonly version: string };
  /** As it was sent. */
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

/** What CreateFleet was asked for, and what it launched. */
export interface Fleet {
  readonly fleetId: string;
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

export function emptyEc2State(organizations?: OrganizationDirectory): Ec2State {
  return {
    ...(organizations === undefined ? {} : { organizations }),
    images: {},
    snapshots: {},
    volumes: {},
    instances: {},
    tags: {},
    ebsDefaults: {},
    storeTasks: {},
    restoring: {},
    answers: {},
    sharing: {},
    quotas: DEFAULT_QUOTAS,
    accountQuotas: {},
    launchTemplates: {},
    usageReports: {},
    fleets: {},
  };
}
