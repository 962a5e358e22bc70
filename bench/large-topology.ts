import { must } from "../core/must";
import { resolveTopology, type Topology, type TopologyInput } from "../topology";

export const ACCOUNTS = 20;
export const IMAGES = 20;
export const REGIONS = ["eu-west-1", "eu-central-1", "eu-north-1", "us-east-1", "us-west-2"];

/** An account that builds an image, by name, and the destinations of the image. */
interface Placement {
  readonly builder: string | undefined;
  readonly to: NonNullable<TopologyInput["images"]>[string]["to"];
}

/** Source and destinations of an image (numbered from 0), among accounts of these names. */
type PlacementOf = (image: number, names: readonly string[]) => Placement;

/** Every image of one account into every Region of the others: 1,900 copy jobs. */
export const FROM_ONE_ACCOUNT: PlacementOf = (_, [builder, ...others]) => ({
  builder,
  to: others.map((account) => ({ account, regions: REGIONS })),
});

/** 20 accounts with 20 images, whose sources are spread over 5 Regions, as a topology. */
export function largeTopology(placementOf: PlacementOf): Topology {
  return resolveTopology(largeInput(placementOf));
}

/** The same as a user writes it. */
export function largeInput(placementOf: PlacementOf): TopologyInput {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
  return {
    name: "bench",
    accounts: Object.fromEntries(names.map((name, index) => [name, { id: String(100_000_000_000 + index) }])),
    images: Object.fromEntries(
      Array.from({ length: IMAGES }, (_, index) => {
        const { builder, to } = placementOf(index, names);
        const from = {
          account: must(builder, "no account builds the image"),
          region: must(REGIONS[index % REGIONS.length], "the Region of the image"),
          newest: { name: `image-${index}-*` },
          keys: ["alias/app-data"],
        };
        return [`image-${index}`, { from, to, publishTo: `/images/image-${index}` }];
      }),
    ),
  };
}
