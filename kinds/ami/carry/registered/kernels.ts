import { KeyferryError } from "../../../../core/errors";
import type { KernelImage, RegisteredImagesPort } from "../../../../scripts/aws";
import type { Place } from "../../../../topology";

/**
 * A paravirtual image names a kernel, and possibly a RAM disk, of its Region. Amazon's have the same names but different ids in
 * every Region. Source: EC2 user guide, "PV-GRUB" (kernel image ids by Region).
 */

/** `pv-grub-hd0_1.05-x86_64.gz`: the disk layout that it is for, and its version. */
const PV_GRUB = /^(pv-grub-hd\d+)_([\d.]+)-/;

/**
 * Finds the equivalent of a kernel or RAM disk in another Region: Amazon's of the same name, or else the newest PV-GRUB of the same layout
 * and architecture, which boots the same images.
 * @param from the place of the image
 * @param to the place in which it is registered
 * @throws KeyferryError `KernelNotFound`
 */
export async function kernelThere(
  from: RegisteredImagesPort,
  to: RegisteredImagesPort,
  id: string,
  place: Place,
): Promise<string> {
  const kernel = await from.kernel(id);
  if (kernel === undefined) throw notFound(id, place, "it does not exist in the image's own Region");
  const [same] = await to.kernelsOfAmazon(kernel);
  const found = same ?? (await newestLike(to, kernel));
  if (found === undefined) throw notFound(id, place, `Amazon provides no ${kernel.name} there`);
  return found.id;
}

async function newestLike(
  there: RegisteredImagesPort,
  { name, architecture, type }: KernelImage,
): Promise<KernelImage | undefined> {
  const layout = PV_GRUB.exec(name)?.[1];
  if (layout === undefined || type !== "kernel") return undefined;
  const all = await there.kernelsOfAmazon({ type, architecture, name: `${layout}_*` });
  return [...all].sort((a, b) => compareVersions(b.name, a.name))[0];
}

function compareVersions(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((name) =>
    (PV_GRUB.exec(name)?.[2] ?? "").split(".").map(Number),
  );
  const length = Math.max(left.length, right.length);
  const differing = Array.from({ length }, (_, at) => (left[at] ?? 0) - (right[at] ?? 0)).find(
    (by) => by !== 0,
  );
  return differing ?? a.localeCompare(b);
}

function notFound(id: string, { account, region }: Place, because: string): KeyferryError {
  return new KeyferryError(`the image needs ${id}, and ${region} has no equivalent: ${because}`, {
    code: "KernelNotFound",
    source: "user",
    account: account.id,
    fix: `leave out route "register-image" for ${region}, or use an HVM image`,
  });
}
