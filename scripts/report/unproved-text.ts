import type { UnprovedCopy } from "../engine/results";
import { plural } from "./plural";
import { hanging } from "./wrap";

/** What only the user can do. */
export const UNPROVED_FIX =
  "deregister those that you created and that nothing uses, in the account that owns them; the others can stay";

/** `2 images carry the tags of copies that version 0.1 made, ... (ami-1, ami-2 in 222222222222 eu-central-1): ...` */
export function unprovedText(copies: readonly UnprovedCopy[]): string {
  const places = [...new Set(copies.map(placeOf))];
  const ids = (place: string) =>
    copies.filter((copy) => placeOf(copy) === place).map(({ imageId }) => imageId);
  const where = places.map((place) => `${ids(place).join(", ")} in ${place}`).join("; ");
  const what =
    copies.length === 1
      ? "1 image carries the tags of a copy that version 0.1 made"
      : `${plural(copies.length, "image")} carry the tags of copies that version 0.1 made`;
  return `${what}, but their source image, which would prove it, no longer exists (${where}): Keyferry does not publish, count or remove images without that proof`;
}

/** @param columns characters in a line. @default - unlimited */
export function unprovedLines(copies: readonly UnprovedCopy[], columns?: number): readonly string[] {
  return [hanging(unprovedText(copies), columns), hanging(`fix: ${UNPROVED_FIX}`, columns, "  ")];
}

function placeOf({ account, region }: UnprovedCopy): string {
  return `${account} ${region}`;
}
