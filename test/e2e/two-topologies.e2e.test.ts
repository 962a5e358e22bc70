import { ModifyImageAttributeCommand } from "@aws-sdk/client-ec2";
import { AWS_SETTINGS } from "../../scripts/engine/settings";
import { clean } from "../../scripts/commands/clean";
import { resolveTopology, type Topology, type TopologyInput } from "../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  foundationOf,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type ScriptOptions,
  type VirtualCloud,
} from "../_helpers/virtual";

const IMAGES = ["web", "api", "batch"];
const LAG_SECONDS = 5;

/** Two teams that do not know of each other copy the same images of one account to the same account. */
function topologyOf(
  name: string,
  regions: readonly string[],
  more: TopologyInput["accounts"] = {},
): Topology {
  const others = Object.keys(more).map((account) => ({ account, regions: [...regions] }));
  return resolveTopology({
    name,
    accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" }, ...more },
    images: Object.fromEntries(
      IMAGES.map((image) => [
        image,
        {
          from: { account: "builder", region: "eu-west-1", newest: { name: `${image}-*` } },
          to: [{ account: "prod", regions: [...regions] }, ...others],
        },
      ]),
    ),
  });
}

const north = topologyOf("north", ["eu-north-1"]);
const south = topologyOf("south", ["eu-south-1"], { lab: { id: "333333333333" } });

jest.setTimeout(600_000);

let cloud: VirtualCloud;
let prepared: Buffer;
const sources: Record<string, string> = {};
/** The user shares one of the images with the destination; neither topology may withdraw that share. */
const theirs: Record<string, readonly string[]> = {};

beforeAll(async () => {
  cloud = await startVirtualCloud(north.operator.id, { consistencyLag: LAG_SECONDS });
  const admins = new Administrators(cloud.url);
  for (const topology of [north, south]) await deployFoundation(admins, topology);
  for (const { name, from } of north.rules) {
    sources[name] = await makeImage(cloud, admins, from, `${name}-1`, [{ sizeGiB: 8 }]);
  }
  const ImageId = sources["web"] ?? "";
  await admins
    .of("111111111111", "eu-west-1")
    .ec2.send(
      new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: "222222222222" }] } }),
    );
  theirs[ImageId] = ["222222222222"];
  await cloud.cloudClock.advance(2 * LAG_SECONDS);
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.load(prepared));

/** Runs. @returns what failed */
async function failuresOf(topology: Topology, options: ScriptOptions): Promise<readonly string[]> {
  const failures: string[] = [];
  const { state } = await runScript(cloud, topology, {
    ...options,
    listener: (event) => {
      options.listener?.(event);
      if (event.code === "TaskFailed") failures.push(`${event.task}: ${event.explanation.reason}`);
    },
  });
  return state === "done" ? failures : [...failures, state];
}

function tidy(topology: Topology) {
  const { clock } = cloud;
  return clean({
    topology,
    aws: cloud.access(topology, "clean"),
    foundation: foundationOf(cloud, topology),
    clock,
    settings: AWS_SETTINGS,
    keeper: {
      me: { host: "desk", pid: 9, run: "clean" },
      clock,
      settings: AWS_SETTINGS,
      isAlive: () => true,
    },
    listener: () => undefined,
    signal: new AbortController().signal,
    apply: true,
  });
}

async function wrongInBoth(): Promise<readonly string[]> {
  return [
    ...(await wrongIn(cloud, north, sources, theirs)),
    ...(await wrongIn(cloud, south, sources, theirs)),
  ];
}

describe("two topologies that share the same images with the same account", () => {
  it("do not withdraw shares that the other still needs, and leave nothing", async () => {
    const ended: string[] = [];
    const fast = failuresOf(north, { pid: 1 }).then((failures) => {
      ended.push("north");
      return failures;
    });
    // One copy at a time, so that the last copy starts long after the other topology has withdrawn its shares.
    const slow = failuresOf(south, {
      pid: 2,
      settings: { maxCopiesPerPlace: 1 },
      listener: (event) => {
        if (event.code === "CopyStarted") ended.push(event.node);
      },
    });
    expect(await fast).toEqual([]);
    expect(await slow).toEqual([]);
    expect(ended.indexOf("north")).toBeLessThan(ended.length - 1);
    expect(await wrongInBoth()).toEqual([]);
  });

  it("withdraw the shares of both when they end at the same moment", async () => {
    const both = await Promise.all([failuresOf(north, { pid: 1 }), failuresOf(south, { pid: 2 })]);
    expect(both).toEqual([[], []]);
    expect(await wrongInBoth()).toEqual([]);
  });

  it("do not treat each other's shares as leftovers: clean of one does not affect the other's run", async () => {
    let cleaned: ReturnType<typeof tidy> | undefined;
    const run = failuresOf(north, {
      pid: 1,
      settings: { maxCopiesPerPlace: 1 },
      listener: (event) => {
        if (event.code === "CopyAvailable") cleaned ??= tidy(south);
      },
    });
    expect(await run).toEqual([]);
    expect(await cleaned).toMatchObject({ leftovers: [], refusals: [] });
    expect(await wrongIn(cloud, north, sources, theirs)).toEqual([]);
  });

  it("carry everything and leave nothing if one is killed and resumed after the other", async () => {
    const bomb = new Bomb();
    await runScript(cloud, north, { aws: bomb.around(cloud.access(north)) });
    const wrong: string[] = [];
    const step = Math.ceil(bomb.points.length / 10);
    for (let at = step; at <= bomb.points.length; at += step) {
      await cloud.load(prepared);
      const killed = new Bomb(at).around(cloud.access(north));
      await runScript(cloud, north, { aws: killed, pid: 1 }).catch(() => undefined);
      const failures = [
        ...(await failuresOf(south, { pid: 2 })),
        ...(await failuresOf(north, { pid: 3 })),
        ...(await wrongInBoth()),
      ];
      wrong.push(...failures.map((what) => `killed at ${at} (${bomb.points[at - 1]}): ${what}`));
    }
    expect(wrong).toEqual([]);
    expect(cloud.defects).toEqual([]);
  });
});
