import type { Route, RouteTable } from "../../../shared/declare/routes";
import type { ImageRouteFacts } from "./facts";
import type { ImageRoute } from "./names";
import { IMAGE_OBSTACLES } from "./obstacles";

/** The first is preferred. A new route is an entry here, a name, and its place in the lists of the obstacles. */
const ROUTES: readonly Route<ImageRoute, ImageRouteFacts>[] = [
  {
    route: "copy-image",
    needs: "the source's snapshots are shared, and its transit key opened, for the time of the copy",
    forbids: "keys that may not be shared; AWS Marketplace codes into another account",
    loses: "the keys of single volumes: every volume ends under the home key; launch permissions",
    costs: (facts) =>
      [
        moved(facts),
        ...(facts.throughTransit === undefined ? [] : ["a transit copy for the time of the run"]),
      ].join("; "),
    chosenBecause: "it is one call of AWS, which keeps what the image has",
  },
  {
    route: "store-restore",
    needs:
      "a bucket in each account and Region; the destination's Region enabled in the source's account; the image EBS-backed",
    forbids: "paravirtual images; more than 5,000 GB; AWS Marketplace codes into another account",
    loses:
      "the keys of single volumes: every volume ends under the home key; launch permissions; on its way it is under keys of S3",
    costs: (facts) =>
      [moved(facts), "two objects for the time of the run", "a restored copy, and a copy of that"].join("; "),
    chosenBecause: "no account uses a key of the other",
  },
  {
    route: "register-image",
    needs: "the source's snapshots are shared, and its transit key opened, for the time of the copy",
    forbids: "keys that may not be shared; licences of AWS and product codes",
    loses: "what RegisterImage does not take, such as the image that it was made from; launch permissions",
    costs: (facts) =>
      [
        `${moved(facts)}, snapshot by snapshot`,
        ...(facts.throughTransit === undefined ? [] : ["a transit copy for the time of the run"]),
      ].join("; "),
  },
  {
    route: "share",
    needs: "the source's image stays; whoever launches uses a key of the source's account",
    forbids: "keys that may not be shared; a destination in the source's account",
    loses: "independence: the destination has no copy of its own",
    costs: ({ from, to }) =>
      from.region === to.region
        ? "nothing in the destination; at most one copy in the source's account"
        : "one copy in the source's account for everybody who launches there",
  },
];

/** The routes of images. */
export const IMAGE_ROUTES: RouteTable<ImageRoute, ImageRouteFacts> = {
  routes: ROUTES,
  obstacles: IMAGE_OBSTACLES,
};

/** How much data goes where. */
function moved({ from, to, image }: ImageRouteFacts): string {
  const gib = image.snapshots.reduce((sum, { sizeGiB, dataGiB = sizeGiB }) => sum + dataGiB, 0);
  const size = `${Math.ceil(gib * 10) / 10} GiB`;
  return from.region === to.region ? `${size} within the Region` : `${size} between Regions`;
}
