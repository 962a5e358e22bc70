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

/** Copies that each account may have in progress in a Region: four sources want one there at the same time. */
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
    // One of each team's images cannot be shared as it is, and goes into each Region once, for both accounts.
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

/** Processes of machines of their own, as jobs of a workflow are, and what all of them have told. */
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

/** How many image copies the cloud has in progress in each destination. */
function inProgress(): readonly number[] {
  const { images } = cloud.composition.stores["ec2"] as Ec2State;
  const pending = Object.values(images).filter(({ state }) => state === "pending");
  return copyJobs(topology).map(
    ({ to }) => pending.filter(({ owner, region }) => owner === to.account.id && region === to.region).length,
  );
}

/** The cloud as a process sees it that is killed as soon as it has started a copy. */
function killedWhenCopying(): AwsAccess {
  let isDead = false;
  return eachCall(cloud.access(topology, "killed"), async (operation, call) => {
    if (isDead) throw new Killed("killed");
    const answer = await call();
    isDead ||= operation.includes("copyImage");
    return answer;
  });
}

/** What every copy job has come to, whoever did it. */
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
  test("that are started at once is carried as by one run: nothing twice, and within the quotas", async () => {
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
    // Two parts of each source take turns; those of different sources meet in the accounts they copy into.
    expect(told("LeaseAwaited")).toBe(PARTS.length / 2);
    expect(told("CopyRefused")).toBeGreaterThan(0);
    expect(most()).toBe(QUOTA);
    expect(told("TaskFailed")).toBe(0);
    expect(cloud.defects).toEqual([]);
  });

  test("of which one is killed goes on without it once its lease has expired, and the same part finishes later", async () => {
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
