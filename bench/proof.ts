import type { Topology } from "../topology";
import { proveTopology } from "../topology/proof";
import type { Bench } from "./bench";
import { collectGarbage } from "./collect-garbage";
import { ACCOUNTS, IMAGES, largeTopology, REGIONS } from "./large-topology";

const RUNS = 5;

/** Every image copied to every account and Region; all built in one account, or each in a different one. */
function topologyOf(builders: number): Topology {
  return largeTopology((image, names) => ({
    builder: names[image % builders],
    to: names.map((account) => ({ account, regions: REGIONS, launch: { instanceType: "m7i.large" } })),
  }));
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The proof of a large topology, which runs at each synthesis. */
export const proofBench: Bench = () =>
  [1, ACCOUNTS].map((builders) => {
    const times = Array.from({ length: RUNS }, () => {
      // A synthesis proves once: caches of the previous run must not be used, and its garbage must not be collected during this one.
      const topology = topologyOf(builders);
      collectGarbage();
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
