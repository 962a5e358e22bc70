import { Administrators, deployFoundation, makeImage, type VirtualCloud } from "../test/_helpers/virtual";
import type { Topology, TopologyInput } from "../topology";

/** `KEYFERRY_BENCH_LONG=1` makes 10,008 copies instead of 480. */
const IMAGES = process.env["KEYFERRY_BENCH_LONG"] === "1" ? 834 : 40;
const ACCOUNTS = 4;
const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
/** Final copies of the fleet. */
export const COPIES = IMAGES * ACCOUNTS * REGIONS.length;

/** The fleet in words. */
export const FLEET = `${IMAGES} images x ${ACCOUNTS} accounts x ${REGIONS.length} Regions`;

/** Images of many sizes, a tenth of which is data in the cloud: 0.8 to 80 GiB. */
const sizeGiB = (image: number) => 8 + (image % 5) * 200;

/** One account's images, copied to all accounts and Regions of the others. */
export function fleetTopology(): TopologyInput {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `dest-${index}`);
  return {
    name: "bench",
    accounts: {
      builder: { id: "111111111111" },
      ...Object.fromEntries(accounts.map((name, index) => [name, { id: `22222222222${index}` }])),
    },
    images: Object.fromEntries(
      Array.from({ length: IMAGES }, (_, index) => [
        `image-${index}`,
        {
          from: {
            account: "builder",
            region: "eu-west-1",
            newest: { name: `image-${index}-*` },
            keys: ["alias/app-data"],
          },
          to: accounts.map((account) => ({ account, regions: REGIONS })),
          publishTo: `/images/image-${index}`,
        },
      ]),
    ),
  };
}

/** Gives a cloud the foundation and the images of a fleet. */
export async function furnish(cloud: VirtualCloud, topology: Topology): Promise<void> {
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const [index, { from }] of topology.rules.entries()) {
    const disks = [{ sizeGiB: sizeGiB(index), keyAlias: "alias/app-data" }];
    await makeImage(cloud, admins, from, `image-${index}-1`, disks);
  }
}
