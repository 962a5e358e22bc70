import type { Device, KernelImage, RegisteredImagesPort } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, type Change, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

/** Registered images, each with only its architecture; names of kernels are from the cloud. */
export function registeredImagesPort(
  cloud: FakeCloud,
  place: Place,
  guard: Guard,
  change: Change,
): RegisteredImagesPort {
  const { account, region } = place;
  const devicesOf = (imageId: string): readonly Device[] => {
    guard(account, region, "DescribeImages");
    const found = cloud.registered(place).find(({ view }) => view.id === imageId);
    if (found === undefined) throw error(account, region, "DescribeImages", "InvalidAMIID.NotFound", imageId);
    return found.view.volumes.map(({ deviceName, snapshotId }) => ({
      deviceName,
      volume: { snapshotId, carried: { VolumeType: "gp3" } },
    }));
  };
  return {
    read: async (imageId) => {
      const devices = devicesOf(imageId);
      guard(account, region, "DescribeImageAttribute");
      return { carried: { Architecture: "x86_64", BootMode: "uefi" }, devices };
    },
    devices: async (imageId) => devicesOf(imageId),
    kernel: async (id): Promise<KernelImage | undefined> => {
      guard(account, region, "DescribeImages");
      return cloud.kernels.get(region)?.find((kernel) => kernel.id === id);
    },
    kernelsOfAmazon: async ({ type, name, architecture }) => {
      guard(account, region, "DescribeImages");
      const like = new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      const isLike = (kernel: KernelImage) =>
        kernel.type === type && kernel.architecture === architecture && like.test(kernel.name);
      return (cloud.kernels.get(region) ?? []).filter(isLike);
    },
    register: (request) =>
      change(account, region, "RegisterImage", () => cloud.registerImage(place, request)),
  };
}
