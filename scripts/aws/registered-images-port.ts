/** The EC2 operations for registering an image from copies of its snapshots. */

/** The attributes that DescribeImages returns and RegisterImage accepts under the same name. Source: EC2 API reference. */
export const CARRIED = [
  "Architecture",
  "BootMode",
  "EnaSupport",
  "ImdsSupport",
  "KernelId",
  "RamdiskId",
  "RootDeviceName",
  "SriovNetSupport",
  "TpmSupport",
  "VirtualizationType",
] as const;

export type CarriedName = (typeof CARRIED)[number];
export type Carried = Readonly<Partial<Record<CarriedName, string | boolean>>>;

/**
 * The same for a volume. Encryption and key of a volume with a snapshot come from the snapshot; RegisterImage refuses both
 * attributes.
 */
export const CARRIED_OF_VOLUME = [
  "DeleteOnTermination",
  "Iops",
  "Throughput",
  "VolumeSize",
  "VolumeType",
] as const;

export type CarriedVolume = Readonly<
  Partial<Record<(typeof CARRIED_OF_VOLUME)[number], string | number | boolean>>
>;

/** One entry of a block device mapping. */
export interface Device {
  readonly deviceName: string;
  /** `ephemeral0`: an instance store volume. */
  readonly virtualName?: string;
  readonly volume?: {
    /** @default - an empty volume */
    readonly snapshotId?: string;
    /** For an empty volume. @default - EC2 decides */
    readonly encrypted?: boolean;
    readonly carried: CarriedVolume;
  };
}

/** The attributes of an image that can be registered again. */
export interface RegistrableImage {
  readonly carried: Carried;
  /** Content of the UEFI variable store, Base64. @default - none */
  readonly uefiData?: string;
  /** In order. */
  readonly devices: readonly Device[];
}

export interface RegisterRequest extends RegistrableImage {
  /** Unique in its account and Region. */
  readonly name: string;
  readonly description?: string;
  /** Set on the image by the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A kernel or RAM disk of paravirtual images. */
export interface KernelImage {
  readonly id: string;
  readonly type: "kernel" | "ramdisk";
  /** `pv-grub-hd0_1.05-x86_64.gz`; the same in every Region. */
  readonly name: string;
  readonly architecture: string;
}

/** Registered images of one account in one Region. */
export interface RegisteredImagesPort {
  /** An image that the account owns, with the attributes that only its owner can read. @throws AwsCallError `InvalidAMIID.NotFound` */
  read(imageId: string): Promise<RegistrableImage>;
  /** Only its block device mapping. @throws AwsCallError `InvalidAMIID.NotFound` */
  devices(imageId: string): Promise<readonly Device[]>;
  /** A kernel or RAM disk of any owner; undefined if the account has no access to one with that id. */
  kernel(id: string): Promise<KernelImage | undefined>;
  /** Amazon's kernels and RAM disks with matching names; `*` is a wildcard. */
  kernelsOfAmazon(like: Omit<KernelImage, "id">): Promise<readonly KernelImage[]>;
  /** Id of the image. EC2 accepts no ClientToken, but names are unique. */
  register(request: RegisterRequest): Promise<string>;
}
