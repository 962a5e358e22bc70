/** What the script needs of EC2 where an image is registered of copies of its snapshots. */

/** What DescribeImages shows of an image and RegisterImage takes, by the name that both give it. Source: EC2 API reference. */
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
 * The same of a volume. Whether one that stands on a snapshot is encrypted, and under which key, is told by its snapshot; RegisterImage
 * refuses either.
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
    /** @default - it is made empty */
    readonly snapshotId?: string;
    /** Of one that is made empty. @default - EC2 decides */
    readonly encrypted?: boolean;
    readonly carried: CarriedVolume;
  };
}

/** An image as far as it can be registered anew. */
export interface RegistrableImage {
  readonly carried: Carried;
  /** Base64; that of UEFI's variable store. @default - it has none */
  readonly uefiData?: string;
  /** In their order. */
  readonly devices: readonly Device[];
}

export interface RegisterRequest extends RegistrableImage {
  /** Unique in its account and Region. */
  readonly name: string;
  readonly description?: string;
  /** Set on the image in the call itself. */
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

/** Images that are registered, as one account works with them in one Region. */
export interface RegisteredImagesPort {
  /** An image of the account's own, with what only its owner sees. @throws AwsCallError `InvalidAMIID.NotFound` */
  read(imageId: string): Promise<RegistrableImage>;
  /** Its block device mapping alone. @throws AwsCallError `InvalidAMIID.NotFound` */
  devices(imageId: string): Promise<readonly Device[]>;
  /** A kernel or RAM disk, whosever it is; undefined where the account sees none of that id. */
  kernel(id: string): Promise<KernelImage | undefined>;
  /** Those of Amazon whose names match; `*` is a wildcard. */
  kernelsOfAmazon(like: Omit<KernelImage, "id">): Promise<readonly KernelImage[]>;
  /** Id of the image. EC2 takes no ClientToken: the name is given once. */
  register(request: RegisterRequest): Promise<string>;
}
