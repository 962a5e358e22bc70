/**
 * Amazon's boot loaders for paravirtual images, which are images of type kernel. Their names are the same in every
 * Region that has them, their ids are not; Regions that AWS opened later have none. Source: EC2 user guide, "PV-GRUB",
 * kernel image ids.
 */
import { sha256 } from "@keyferry/common";
import type { Image } from "../state";

const REGIONS: ReadonlySet<string> = new Set([
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "sa-east-1",
  "us-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
]);

const OWNER = { owner: "137112412989", ownerAlias: "amazon" };
const RELEASED = "2013-09-06T00:00:00.000Z";

const RELEASES = ["hd0", "hd00"].flatMap((layout) =>
  (["i386", "x86_64"] as const).flatMap((architecture) =>
    ["1.04", "1.05"].map((version) => ({
      architecture,
      name: `pv-grub-${layout}_${version}-${architecture}.gz`,
    })),
  ),
);

const KERNELS = new Map<string, readonly Image[]>();

export function publicKernels(region: string): readonly Image[] {
  if (!REGIONS.has(region)) return [];
  const found = KERNELS.get(region) ?? RELEASES.map((release) => kernelOf(region, release));
  KERNELS.set(region, found);
  return found;
}

function kernelOf(region: string, { architecture, name }: (typeof RELEASES)[number]): Image {
  return {
    imageId: `aki-${sha256(`${region}/${name}`).slice(0, 8)}`,
    imageType: "kernel",
    region,
    ...OWNER,
    name,
    traits: {
      architecture,
      rootDeviceName: "",
      virtualizationType: "paravirtual",
      platformDetails: "Linux/UNIX",
      usageOperation: "RunInstances",
      enaSupport: false,
    },
    devices: [],
    creationDate: RELEASED,
    public: true,
    launchPermissions: [],
    state: "available",
  };
}
