import { resolveTopology, type Topology, type TopologyInput } from "../topology";

export const ACCOUNTS = 20;
export const IMAGES = 20;
export const REGIONS = ["eu-west-1", "eu-central-1", "eu-north-1", "us-east-1", "us-west-2"];

/** An account that builds an image, by name, and the destinations of the image. */
interface Journey {
  readonly builder: string | undefined;
  readonly to: TopologyInput["images"][string]["to"];
}

/**
 * 20 accounts with 20 images, whose sources are spread over 5 Regions.
 * @param journeyOf where an image (from 0) starts and goes, among accounts of these names
 */
export function largeTopology(journeyOf: (image: number, names: readonly string[]) => Journey): Topology {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
  return resolveTopology({
    name: "bench",
    accounts: Object.fromEntries(names.map((name, index) => [name, { id: String(100_000_000_000 + index) }])),
    images: Object.fromEntries(
      Array.from({ length: IMAGES }, (_, index) => {
        const { builder, to } = journeyOf(index, names);
        const from = {
          account: builder,
          region: REGIONS[index % REGIONS.length],
          newest: { name: `image-${index}-*` },
          keys: ["alias/app-data"],
        };
        return [`image-${index}`, { from, to, publishTo: `/images/image-${index}` }];
      }),
    ),
  });
}
