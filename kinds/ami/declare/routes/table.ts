import type { Route, RouteTable } from "../../../shared/declare/routes";
import type { ImageRouteFacts } from "./facts";
import type { ImageRoute } from "./names";
import { IMAGE_OBSTACLES } from "./obstacles";

const SHARING =
  "the snapshots are shared with the destination, and its role may use the source's transit key, during the copy";

/** In order of preference. A new route needs an entry here, a name, and entries in the lists of the obstacles. */
const ROUTES: readonly Route<ImageRoute, ImageRouteFacts>[] = [
  {
    route: "copy-image",
    needs: SHARING,
    forbids: "keys that may not be shared; AWS Marketplace product codes, into another account",
    loses: "separate keys of volumes (all end under the home key); launch permissions",
    costs: (facts) =>
      [moved(facts), ...(facts.throughTransit === undefined ? [] : ["a transit copy during the run"])].join(
        "; ",
      ),
    chosenBecause: "it is one API call of AWS and keeps the attributes of the image",
  },
  {
    route: "store-restore",
    needs:
      "an S3 bucket in each account and Region; the destination's Region enabled in the source's account; an EBS-backed image",
    forbids: "paravirtual images; more than 5,000 GB; AWS Marketplace product codes, into another account",
    loses:
      "separate keys of volumes (all end under the home key); launch permissions; as an object, the image is encrypted under keys of Amazon S3",
    costs: (facts) => [moved(facts), "two S3 objects and a restored image during the run"].join("; "),
    chosenBecause: "neither account uses a key of the other",
  },
  {
    route: "register-image",
    needs: SHARING,
    forbids: "keys that may not be shared; images with product codes, or with a licence that AWS bills",
    loses: "what RegisterImage does not accept, such as the source image (SourceImageId); launch permissions",
    costs: (facts) =>
      [
        `${moved(facts)}, one snapshot at a time`,
        ...(facts.throughTransit === undefined ? [] : ["a transit copy during the run"]),
      ].join("; "),
  },
  {
    route: "share",
    needs: "the source image is kept; accounts that launch it use a key of the source's account",
    forbids: "keys that may not be shared; a destination in the source's account",
    loses: "independence: the destination has no copy of its own",
    costs: ({ from, to }) =>
      from.region === to.region
        ? "nothing in the destination; at most one copy in the source's account"
        : "one copy in the source's account for all accounts that launch there",
  },
];

/** The routes of images. */
export const IMAGE_ROUTES: RouteTable<ImageRoute, ImageRouteFacts> = {
  routes: ROUTES,
  obstacles: IMAGE_OBSTACLES,
};

/** How much data is transferred where. */
function moved({ from, to, image }: ImageRouteFacts): string {
  const gib = image.snapshots.reduce((sum, { sizeGiB, dataGiB = sizeGiB }) => sum + dataGiB, 0);
  const size = `${Math.ceil(gib * 10) / 10} GiB`;
  return from.region === to.region ? `${size} within the Region` : `${size} between Regions`;
}
