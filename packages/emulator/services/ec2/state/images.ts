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
    /** Absent for a volume that is created empty. */
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

export interface ProductCode {
  readonly code: string;
  readonly type: "marketplace" | "devpay";
}

/** An image's properties, regardless of its owner; a copy keeps all of them. */
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
  /** Base64; shown only to the owner. */
  readonly uefiData?: string;
  readonly kernelId?: string;
  readonly ramdiskId?: string;
  /** `windows` or absent. */
  readonly platform?: string;
  readonly productCodes?: readonly ProductCode[];
}

export interface Image {
  readonly imageId: string;
  /** For a kernel or a RAM disk. @default - it is a machine image */
  readonly imageType?: "kernel" | "ramdisk";
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
  /** Set after protection was disabled, while the cooldown is in progress; ISO 8601. */
  readonly endsAt?: string;
}

/** An image that is being stored in a bucket. */
export interface StoreTask {
  readonly taskId: string;
  /** 12-digit id of the caller's account. */
  readonly account: string;
  readonly region: string;
  readonly imageId: string;
  readonly bucket: string;
  readonly key: string;
  readonly startTime: string;
  /** The amount of data to read. */
  readonly dataBytes: number;
  /** Tags for the object. */
  readonly objectTags: Readonly<Record<string, string>>;
  state: "InProgress" | "Completed" | "Failed";
  /** 0 to 100. */
  progress: number;
  failureReason?: string;
}

/** The accounts that use an image, as requested with CreateImageUsageReport. */
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
