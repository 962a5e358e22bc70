import {
  BLANK_VOLUME_FILL,
  COPY_START_SECONDS,
  copySeconds,
  GIB,
} from "../packages/emulator/services/ec2/throughput";
import { AWS_SETTINGS } from "../scripts/engine/settings";
import type { RunEvent } from "../scripts/engine/events";
import { runScript, startVirtualCloud } from "../test/_helpers/virtual";
import { resolveTopology } from "../topology";
import type { Bench } from "./bench";
import { COPIES, FLEET, fleetTopology, furnish } from "./fleet";
import { boundSeconds, parallelSeconds, serialSeconds, type ModelCopy } from "./engine-model";

/** Number of operations that Terraform runs at the same time. Source: Terraform documentation, `-parallelism`. */
const TERRAFORM_PARALLELISM = 10;

const MEBIBYTE = 1024 ** 2;

/** The planned copies of a run, with the time that each of them takes in the rehearsal cloud. */
function modelOf(events: readonly RunEvent[], homeRegion: string): readonly ModelCopy[] {
  const planned = events.filter((event) => event.code === "CopyPlanned");
  const regions = new Map<string, string>(planned.map(({ node, region }) => [node, region]));
  return planned.map(({ node, account, region, madeFrom, sizeGiB: size }) => {
    const from = regions.get(madeFrom);
    const crosses = (from ?? homeRegion) !== region;
    const seconds = COPY_START_SECONDS + copySeconds(size * BLANK_VOLUME_FILL * GIB, crosses);
    return {
      id: node,
      place: `${account} ${region}`,
      seconds,
      ...(from === undefined ? {} : { after: madeFrom }),
    };
  });
}

/**
 * A run on virtual time, with engine and rehearsal cloud in one process, through the real SDK. All ratios are for
 * this one run; the models have no delays, neither for calls nor for polling.
 */
export const engineBench: Bench = async () => {
  const topology = resolveTopology(fleetTopology());
  const cloud = await startVirtualCloud(topology.operator.id);
  try {
    await furnish(cloud, topology);
    cloud.requests.clear();
    const events: RunEvent[] = [];
    const began = cloud.clock.now().getTime();
    const { state } = await runScript(cloud, topology, {
      followsPlan: false,
      listener: (event) => {
        if (event.code === "CopyPlanned") events.push(event);
      },
    });
    const seconds = (cloud.clock.now().getTime() - began) / 1000;
    const calls = [...cloud.requests.values()].reduce((sum, count) => sum + count, 0);
    const model = modelOf(events, topology.rules[0]?.from.region ?? "");
    const bound = boundSeconds(model, AWS_SETTINGS.documentedCopiesPerPlace);
    const terraform = parallelSeconds(model, TERRAFORM_PARALLELISM);
    return [
      { what: `${FLEET}, virtual time (${state})`, value: seconds / 60, unit: "min" },
      {
        what: "against the bound that the quotas set",
        value: seconds / bound,
        unit: "times",
        aim: "at most 1.1",
      },
      {
        what: "faster than one copy after the other (model)",
        value: serialSeconds(model) / seconds,
        unit: "times",
        aim: "at least 10",
      },
      {
        what: `faster than aws_ami_copy, parallelism ${TERRAFORM_PARALLELISM} (model)`,
        value: terraform / seconds,
        unit: "times",
      },
      { what: "AWS calls for each copy", value: calls / COPIES, unit: "calls", aim: "at most 6" },
      { what: "engine and cloud in memory", value: process.memoryUsage().rss / MEBIBYTE, unit: "MiB" },
    ];
  } finally {
    await cloud.stop();
  }
};
