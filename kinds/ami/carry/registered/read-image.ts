import { must } from "../../../../core/must";
import type { AwsAccess, Carried, Device, RegistrableImage } from "../../../../scripts/aws";
import type { CopyNode } from "../../../../topology";
import type { CopyOrigin } from "../../../kind";
import { kernelThere } from "./kernels";

/** A volume of the image that is copied. */
export interface OriginVolume {
  readonly deviceName: string;
  /** The snapshot in the Region from which it is copied. */
  readonly snapshotId: string;
}

/**
 * The parameters of RegisterImage for the copy: the source image as its owner sees it, with the kernel and RAM disk of the destination's
 * Region.
 */
export async function imageToRegister(
  aws: Pick<AwsAccess, "registeredImages">,
  { rule, place }: CopyNode,
  sourceId: string,
): Promise<RegistrableImage> {
  const here = aws.registeredImages(rule.from);
  const there = aws.registeredImages(place);
  const image = await here.read(sourceId);
  if (rule.from.region === place.region) return image;
  const mapped: [string, string][] = [];
  for (const name of ["KernelId", "RamdiskId"] as const) {
    const id = image.carried[name];
    if (typeof id === "string") mapped.push([name, await kernelThere(here, there, id, place)]);
  }
  const carried: Carried = { ...image.carried, ...Object.fromEntries(mapped) };
  return { ...image, carried };
}

/** The snapshots that are copied: those of the source image or of a transit copy; both belong to the source's account. */
export async function originVolumes(
  aws: Pick<AwsAccess, "registeredImages">,
  { rule }: CopyNode,
  { id, region }: CopyOrigin,
): Promise<readonly OriginVolume[]> {
  const devices = await aws.registeredImages({ account: rule.from.account, region }).devices(id);
  return devices.flatMap(({ deviceName, volume }) =>
    volume?.snapshotId === undefined ? [] : [{ deviceName, snapshotId: volume.snapshotId }],
  );
}

/** The same devices, each with the copy of its snapshot. @param copies snapshot ids by the names of their devices */
export function onCopies(devices: readonly Device[], copies: ReadonlyMap<string, string>): readonly Device[] {
  return devices.map((device) => {
    const { deviceName, volume } = device;
    if (volume?.snapshotId === undefined) return device;
    const snapshotId = must(copies.get(deviceName), `the copy of the snapshot of ${deviceName}`);
    return { deviceName, volume: { ...volume, snapshotId } };
  });
}
