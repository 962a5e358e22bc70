/** Public Linux images of AWS and one of AWS Marketplace, so that there is something to launch in a new account. */
import { sha256 } from "@keyferry/common";
import { GIB } from "../throughput";
import type { Image, ProductCode, Snapshot } from "../state";

const RELEASED = "2026-10-20T00:00:00.000Z";
const ROOT_SIZE_GIB = 8;
const ROOT_DATA_BYTES = 1.5 * GIB;

interface Release {
  readonly owner: string;
  readonly ownerAlias: string;
  readonly architecture: "x86_64" | "arm64";
  readonly name: string;
  readonly description: string;
  readonly productCodes?: readonly ProductCode[];
  /** AWS's public parameters that refer to it, below `/aws/service/`. */
  readonly parameters?: readonly string[];
}

/** The account that publishes Amazon Linux. */
const AMAZON = { owner: "137112412989", ownerAlias: "amazon" };
/** The account under which AWS Marketplace publishes sellers' images. */
const MARKETPLACE = { owner: "679593333241", ownerAlias: "aws-marketplace" };

const RELEASES: readonly Release[] = [
  ...(["x86_64", "arm64"] as const).map((architecture) => ({
    ...AMAZON,
    architecture,
    name: `al2023-ami-2023.9.20261020.0-kernel-6.1-${architecture}`,
    description: `Amazon Linux 2023 AMI 2023.9.20261020.0 ${architecture} HVM kernel-6.1`,
    parameters: ["default", "6.1"].map(
      (kernel) => `ami-amazon-linux-latest/al2023-ami-kernel-${kernel}-${architecture}`,
    ),
  })),
  {
    ...MARKETPLACE,
    architecture: "x86_64",
    name: "rehearsal-appliance-1.0.0-6e1c4a52-7d1b-4a0e-9a1f-3f0b5d2c8e47",
    description: "An appliance of a seller on AWS Marketplace",
    productCodes: [{ code: "4hzk7rehearsal0appliance1", type: "marketplace" }],
  },
  ...(["x86_64", "arm64"] as const).map((architecture) => ({
    ...AMAZON,
    architecture,
    name: `amzn2-ami-kernel-5.10-hvm-2.0.20261020.0-${architecture}-gp2`,
    description: `Amazon Linux 2 AMI 2.0.20261020.0 ${architecture} HVM gp2`,
    parameters: ["hvm", "kernel-default-hvm", "kernel-5.10-hvm"].map(
      (kind) => `ami-amazon-linux-latest/amzn2-ami-${kind}-${architecture}-gp2`,
    ),
  })),
];

const IMAGES = new Map<string, readonly Image[]>();
const SNAPSHOTS = new Map<string, readonly Snapshot[]>();

/** The same in every Region except for the ids, which depend on the Region as AWS's do. */
export function publicImages(region: string): readonly Image[] {
  return known(IMAGES, region, imageOf);
}

export function publicSnapshots(region: string): readonly Snapshot[] {
  return known(SNAPSHOTS, region, snapshotOf);
}

function known<T>(
  cache: Map<string, readonly T[]>,
  region: string,
  make: (region: string, release: Release) => T,
): readonly T[] {
  const found = cache.get(region) ?? RELEASES.map((release) => make(region, release));
  cache.set(region, found);
  return found;
}

/** The images of AWS's public parameters in a Region: parameter below `/aws/service/` -> image id. */
export function publicParameters(region: string): ReadonlyMap<string, string> {
  return new Map(
    RELEASES.flatMap(({ name, parameters = [] }) =>
      parameters.map((parameter) => [parameter, publicId("ami", region, name)] as const),
    ),
  );
}

/** When the releases were created: the parameters have referred to them since then. */
export const PUBLIC_SINCE = RELEASED;

function imageOf(region: string, release: Release): Image {
  const { owner, ownerAlias, architecture, name, description, productCodes } = release;
  return {
    imageId: publicId("ami", region, name),
    region,
    owner,
    ownerAlias,
    name,
    description,
    traits: {
      architecture,
      rootDeviceName: "/dev/xvda",
      virtualizationType: "hvm",
      platformDetails: "Linux/UNIX",
      usageOperation: "RunInstances",
      enaSupport: true,
      sriovNetSupport: "simple",
      bootMode: architecture === "arm64" ? "uefi" : "uefi-preferred",
      imdsSupport: "v2.0",
      productCodes,
    },
    devices: [
      {
        deviceName: "/dev/xvda",
        ebs: {
          snapshotId: publicId("snap", region, name),
          volumeSize: ROOT_SIZE_GIB,
          volumeType: "gp3",
          iops: 3000,
          throughput: 125,
          deleteOnTermination: true,
          encrypted: false,
        },
      },
    ],
    creationDate: RELEASED,
    public: true,
    launchPermissions: [],
    state: "available",
  };
}

function snapshotOf(region: string, { owner, ownerAlias, name }: Release): Snapshot {
  return {
    snapshotId: publicId("snap", region, name),
    region,
    owner,
    ownerAlias,
    volumeId: "vol-ffffffff",
    volumeSize: ROOT_SIZE_GIB,
    dataBytes: ROOT_DATA_BYTES,
    description: name,
    startTime: RELEASED,
    completionTime: RELEASED,
    public: true,
    createVolumePermissions: [],
    state: "completed",
    progress: 100,
  };
}

function publicId(prefix: string, region: string, name: string): string {
  return `${prefix}-0${sha256(`${region}/${name}`).slice(0, 16)}`;
}
