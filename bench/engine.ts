import { BLANK_VOLUME_FILL, COPY_START_SECONDS, copySeconds, GIB } from "../sandbox/services/ec2/throughput";
import { AWS_SETTINGS } from "../scripts/engine/settings";
import type { RunEvent } from "../scripts/engine/events";
import {
  Administrators,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
} from "../test/_helpers/virtual";
import { resolveTopology } from "../topology";
import type { Bench } from "./bench";
import { boundSeconds, parallelSeconds, serialSeconds, type ModelCopy } from "./engine-model";

/** `KEYFERRY_BENCH_LONG=1` carries 10,008 copies instead of 480. */
const IMAGES = process.env["KEYFERRY_BENCH_LONG"] === "1" ? 834 : 40;
const ACCOUNTS = 4;
const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
const COPIES = IMAGES * ACCOUNTS * REGIONS.length;

/** How many things Terraform does at the same time. Source: Terraform documentation, `-parallelism`. */
const TERRAFORM_PARALLELISM = 10;

const MEBIBYTE = 1024 ** 2;

/** Images of many sizes, of which the cloud takes a tenth to be data: 0.8 to 80 GiB. */
const sizeGiB = (image: number) => 8 + (image % 5) * 200;

function topologyOfBench() {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `dest-${index}`);
  return resolveTopology({
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
  });
}

/** The copies that a run has planned, with what each of them takes in the rehearsal cloud. */
function modelOf(events: readonly RunEvent[], homeRegion: string): readonly ModelCopy[] {
  const planned = events.filter((event) => event.code === "CopyPlanned");
  const regions = new Map(planned.map(({ node, region }) => [node, region]));
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
 * A run on virtual time, engine and rehearsal cloud in one process, through the real SDK. All ratios are of
 * this one run; the models know no delays at all, neither of calls nor of looks.
 */
export const engineBench: Bench = async () => {
  const topology = topologyOfBench();
  const cloud = await startVirtualCloud(topology.operator.id);
  try {
    const admins = new Administrators(cloud.url);
    await deployFoundation(admins, topology);
    for (const [index, { from }] of topology.images.entries()) {
      const disks = [{ sizeGiB: sizeGiB(index), keyAlias: "alias/app-data" }];
      await makeImage(cloud, admins, from, `image-${index}-1`, disks);
    }
    cloud.requests.clear();
    const events: RunEvent[] = [];
    const began = cloud.clock.now().getTime();
    const { state } = await runScript(cloud, topology, {
      listener: (event) => {
        if (event.code === "CopyPlanned") events.push(event);
      },
    });
    const seconds = (cloud.clock.now().getTime() - began) / 1000;
    const calls = [...cloud.requests.values()].reduce((sum, count) => sum + count, 0);
    const model = modelOf(events, topology.images[0]?.from.region ?? "");
    const bound = boundSeconds(model, AWS_SETTINGS.documentedCopiesPerPlace);
    const terraform = parallelSeconds(model, TERRAFORM_PARALLELISM);
    const what = `${IMAGES} images x ${ACCOUNTS} accounts x ${REGIONS.length} Regions`;
    return [
      { what: `${what}, virtual time (${state})`, value: seconds / 60, unit: "min" },
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
