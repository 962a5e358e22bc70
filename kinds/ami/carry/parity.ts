import type { CopySource } from "../../../topology";
import type { ImageView } from "../../../scripts/aws";
import { IMDS_SUPPORT } from "./changes";

/** For differences that can be corrected only by copying again. */
const COPY_AGAIN = "fix: deregister the copy and run again";

/** Attributes whose ids differ by Region, in images that are registered. */
const KERNELS = ["kernel", "RAM disk"];

/** Every difference between a copy and its source; empty: there is none. @param isRegistered it has kernels of its Region */
export function differences(source: CopySource, image: ImageView, isRegistered = false): readonly string[] {
  const { traits } = source;
  if (traits === undefined) return [];
  const mapped = isRegistered
    ? KERNELS.filter((name) => name in traits.attributes && name in image.attributes)
    : [];
  return [
    ...compare(image.id, traits.attributes, image.attributes, [IMDS_SUPPORT, ...mapped]),
    ...compareOrder(traits.devices, image),
    ...source.snapshots.flatMap((original) => {
      const volume = image.volumes.find((candidate) => candidate.deviceName === original.deviceName);
      if (volume === undefined || original.settings === undefined) return [];
      return compare(`${image.id} ${original.deviceName}`, original.settings, volume.settings);
    }),
  ];
}

/** Compares every attribute that one of them has. */
function compare(
  where: string,
  source: Readonly<Record<string, string>>,
  copy: Readonly<Record<string, string>>,
  except: readonly string[] = [],
): readonly string[] {
  return [...new Set([...Object.keys(source), ...Object.keys(copy)])]
    .filter((name) => source[name] !== copy[name] && !except.includes(name))
    .map((name) => differenceText(`${name} of ${where}`, source[name], copy[name], COPY_AGAIN));
}

function compareOrder(devices: readonly string[], image: ImageView): readonly string[] {
  const [source, copy] = [devices.join(", "), image.devices.join(", ")];
  if (source === copy) return [];
  return [differenceText(`block device mapping of ${image.id}`, source, copy, COPY_AGAIN)];
}

function differenceText(
  attribute: string,
  source: string | undefined,
  copy: string | undefined,
  fix: string,
): string {
  return `${attribute}: source ${source ?? "none"}, copy ${copy ?? "none"}, ${fix}`;
}
