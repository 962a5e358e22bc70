import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import declared from "../../examples/shards";
import type { AwsAccess } from "../../scripts/aws";
import type { RunEvent } from "../../scripts/engine/events";
import type { RunResult } from "../../scripts/commands/run";
import { copyJobs, resolveTopology, selectJobs } from "../../topology";
import type { Ec2State } from "../../packages/emulator/services/ec2/state";
import { eachCall } from "../_helpers/each-call";
import {
  Administrators,
  Killed,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type VirtualCloud,
} from "../_helpers/virtual";

/** The workflow and the topology of docs/sharding.md. */
const WORKFLOW = fs.readFileSync(path.resolve(__dirname, "../../examples/shards.yml"), "utf8");
const PARTS = (
  parse(WORKFLOW) as {
    readonly jobs: { readonly run: { readonly strategy: { readonly matrix: { readonly part: string[] } } } };
  }
).jobs.run.strategy.matrix.part;
const topology = resolveTopology(declared);
const shop = resolveTopology({
  ...declared,
  images: Object.fromEntries(
    Object.entries(declared.images ?? {}).filter(([name]) => name.startsWith("shop-")),
  ),
});

/** Number of copies that each account may have in progress in a Region; four sources copy there at the same time. */
const QUOTA = 1;
const DESTINATIONS = ["555555555555", "666666666666"];

jest.setTimeout(240_000);

let cloud: VirtualCloud;
let prepared: Buffer;
const sources: Record<string, string> = {};

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const [index, { name, from }] of topology.rules.entries()) {
    // One of each team's images cannot be shared directly: it is copied to each Region once, for both accounts.
    const disk = index % 2 === 0 ? { sizeGiB: 8 } : { sizeGiB: 8, keyAlias: "alias/aws/ebs" };
    sources[name] = await makeImage(cloud, admins, from, `${name}-1`, [disk]);
  }
  for (const account of DESTINATIONS) {
    cloud.composition.quotas.set({ snapshotCopies: QUOTA, imageCopies: QUOTA }, account);
  }
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.load(prepared));

/** Starts processes on separate machines, like the jobs of a workflow, and collects the events of all of them. */
function pipeline() {
  const events: RunEvent[] = [];
  let most = 0;
  const listener = (event: RunEvent) => {
    events.push(event);
    if (event.code === "CopyStarted") most = Math.max(most, ...inProgress());
  };
  const start = (pid: number, part: string, aws?: AwsAccess) =>
    runScript(cloud, topology, {
      pid,
      host: `machine-${pid}`,
      only: selectJobs(topology, part.split(" ")),
      waitSeconds: 14_400,
      followsPlan: false,
      isAlive: () => true,
      listener,
      ...(aws === undefined ? {} : { aws }),
    });
  const started = () => events.flatMap((event) => (event.code === "CopyStarted" ? [event.node] : []));
  const told = (code: RunEvent["code"]) => events.filter((event) => event.code === code).length;
  return { start, started, told, most: () => most };
}

/** The number of image copies that are in progress in the cloud, for each destination. */
function inProgress(): readonly number[] {
  const { images } = cloud.composition.stores["ec2"] as Ec2State;
  const pending = Object.values(images).filter(({ state }) => state === "pending");
  return copyJobs(topology).map(
    ({ to }) => pending.filter(({ owner, region }) => owner === to.account.id && region === to.region).length,
  );
}

/** The cloud as seen by a process that is killed as soon as it has started a copy. */
function killedWhenCopying(): AwsAccess {
  let isDead = false;
  return eachCall(cloud.access(topology, "killed"), async (operation, call) => {
    if (isDead) throw new Killed("killed");
    const answer = await call();
    isDead ||= operation.includes("copyImage");
    return answer;
  });
}

/** The result of every copy job, regardless of the run that did it. */
const cameTo = (results: readonly RunResult[]) =>
  results
    .flatMap(({ manifest }) => manifest.images)
    .flatMap(({ sourceImageId, jobs }) =>
      jobs.map(({ id, state, account, region, parameter, attempt }) => {
        return { id, state, account, region, parameter, attempt, sourceImageId };
      }),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));

describe("a topology of 32 copies in eight parts", () => {
  test("that start at the same time has the same result as one run: no copy is made twice, and the quotas are respected", async () => {
    const alone = await runScript(cloud, topology, { pid: 99, followsPlan: false });
    expect(alone.state).toBe("done");
    await cloud.load(prepared);

    const { start, started, told, most } = pipeline();
    const runs = PARTS.map((part, index) => start(index + 1, part));
    const results = await Promise.all(runs);
    expect(results.map(({ state }) => state)).toEqual(PARTS.map(() => "done"));
    expect(cameTo(results)).toEqual(cameTo([alone]));
    expect(await wrongIn(cloud, topology, sources)).toEqual([]);

    expect(started().length).toBe(new Set(started()).size);
    expect(started().filter((node) => node.includes("/final/"))).toHaveLength(copyJobs(topology).length);
    // The two parts of each source take turns; parts of different sources compete for the destination accounts' quotas.
    expect(told("LeaseAwaited")).toBe(PARTS.length / 2);
    expect(told("CopyRefused")).toBeGreaterThan(0);
    expect(most()).toBe(QUOTA);
    expect(told("TaskFailed")).toBe(0);
    expect(cloud.defects).toEqual([]);
  });

  test("of which one is killed continues after its lease expires, and the killed part finishes later", async () => {
    const { start, started, told } = pipeline();
    const [first = "", second = ""] = PARTS;
    const [, waited] = await Promise.allSettled([start(1, first, killedWhenCopying()), start(2, second)]);
    expect(waited).toMatchObject({ status: "fulfilled", value: { state: "done" } });
    expect([told("LeaseAwaited"), told("LeaseTakenOver")]).toEqual([1, shop.rules.length]);
    expect((await start(3, first)).state).toBe("done");
    expect(started().length).toBe(new Set(started()).size);
    expect(await wrongIn(cloud, shop, sources)).toEqual([]);
  });
});
