/** Public Linux images of the account `amazon`, so that a fresh account has something to launch. */
import { sha256 } from "../../../../core/hash";
import { GIB } from "../throughput";
import type { Image, Snapshot } from "../state";

/** The account that publishes Amazon Linux. */
const AMAZON = "137112412989";
const RELEASED = "2026-10-20T00:00:00.000Z";
const ROOT_SIZE_GIB = 8;
const ROOT_DATA_BYTES = 1.5 * GIB;

const RELEASES = [
  { architecture: "x86_64", name: "al2023-ami-2023.9.20261020.0-kernel-6.1-x86_64" },
  { architecture: "arm64", name: "al2023-ami-2023.9.20261020.0-kernel-6.1-arm64" },
] as const;

/** The same in every Region except for the ids, which depend on the Region as AWS's do. */
export function publicImages(region: string): readonly Image[] {
  return RELEASES.map(({ architecture, name }) => ({
    imageId: publicId("ami", region, name),
    region,
    owner: AMAZON,
    ownerAlias: "amazon",
    name,
    description: `Amazon Linux 2023 AMI 2023.9.20261020.0 ${architecture} HVM kernel-6.1`,
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
  }));
}

export function publicSnapshots(region: string): readonly Snapshot[] {
  return RELEASES.map(({ name }) => ({
    snapshotId: publicId("snap", region, name),
    region,
    owner: AMAZON,
    ownerAlias: "amazon",
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
  }));
}

function publicId(prefix: string, region: string, name: string): string {
  return `${prefix}-0${sha256(`${region}/${name}`).slice(0, 16)}`;
}
