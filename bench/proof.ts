import { resolveTopology, type Topology } from "../topology";
import { proveTopology } from "../topology/proof";
import type { Bench } from "./bench";

const ACCOUNTS = 20;
const IMAGES = 20;
const REGIONS = ["eu-west-1", "eu-central-1", "eu-north-1", "us-east-1", "us-west-2"];
const RUNS = 5;

/** Every image into every account and Region; all of them built in one account, or each in another. */
export function topologyOf(builders: number): Topology {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
  const to = names.map((account) => ({ account, regions: REGIONS, launch: { instanceType: "m7i.large" } }));
  return resolveTopology({
    name: "bench",
    accounts: Object.fromEntries(names.map((name, index) => [name, { id: String(100_000_000_000 + index) }])),
    images: Object.fromEntries(
      Array.from({ length: IMAGES }, (_, index) => [
        `image-${index}`,
        {
          from: {
            account: names[index % builders],
            region: REGIONS[index % REGIONS.length],
            newest: { name: `image-${index}-*` },
            keys: ["alias/app-data"],
          },
          to,
          publishTo: `/images/image-${index}`,
        },
      ]),
    ),
  });
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The proof of a large topology: what each synthesis waits for. */
export const proofBench: Bench = () =>
  [1, ACCOUNTS].map((builders) => {
    const times = Array.from({ length: RUNS }, () => {
      // A topology of its own each time, so that nothing is remembered from the run before.
      const topology = topologyOf(builders);
      const before = process.cpuUsage();
      proveTopology(topology);
      return cpuMs(before);
    }).sort((a, b) => a - b);
    return {
      what: `proof of ${ACCOUNTS} accounts x ${REGIONS.length} Regions x ${IMAGES} images, built in ${builders} account${builders === 1 ? "" : "s"}`,
      value: times[Math.floor(RUNS / 2)] ?? 0,
      unit: "ms",
      aim: "under 1000",
    };
  });
