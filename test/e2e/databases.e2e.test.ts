import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { put as shelve } from "../../packages/emulator/services/ec2/shelf";
import type { DbSnapshot, RdsState } from "../../packages/emulator/services/rds/state";
import { resolveTopology, transitKeyAlias, type TopologyInput } from "../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  deskOf,
  runScript,
  startVirtualCloud,
  type Desk,
  type ScriptOptions,
  type VirtualCloud,
} from "../_helpers/virtual";

/** Database snapshots: of an instance, of a cluster under the AWS managed key, and one that is already under the transit key. */
const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";
const TOPOLOGY = {
  name: "books",
  accounts: { builder: { id: BUILDER }, prod: { id: PROD }, staging: { id: STAGING } },
  databases: {
    orders: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { instance: "orders" },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1"], keep: 1 },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "data" },
      publishTo: "/databases/orders",
    },
    library: {
      from: { account: "builder", region: "eu-west-1", newest: { cluster: "library" } },
      to: [{ account: "prod", regions: ["eu-central-1"] }],
    },
    golden: {
      from: { account: "builder", region: "eu-west-1", snapshot: "golden-1" },
      to: [{ account: "staging", regions: ["eu-central-1"] }],
    },
  },
} satisfies TopologyInput;
const topology = resolveTopology(TOPOLOGY);

let cloud: VirtualCloud;
let desk: Desk;
let prepared: Buffer;

jest.setTimeout(300_000);

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  desk = deskOf(cloud, TOPOLOGY);
  await deployFoundation(new Administrators(cloud.url), topology);
  put("instance", "golden-1", transitKeyAlias(topology.name), { tags: { app: "orders" } });
  put("cluster", "library-1", "alias/aws/rds");
  put("instance", "rds:orders-2026-01-01-03-05", "alias/app-data", { type: "automated" });
  takeSnapshot("orders-1");
  prepared = await cloud.dump();
});

afterAll(async () => {
  desk.remove();
  await cloud.stop();
});

function stored(): RdsState {
  return cloud.composition.stores["rds"] as RdsState;
}

/** Adds an available snapshot of the builder. Databases themselves are not needed; moto would create them. */
function put(of: DbSnapshot["of"], id: string, keyAlias: string, more: Partial<DbSnapshot> = {}): void {
  const region = "eu-west-1";
  const now = cloud.cloudClock.now().toISOString();
  const arn = `arn:aws:rds:${region}:${BUILDER}:${of === "cluster" ? "cluster-snapshot" : "snapshot"}:${id}`;
  const snapshot: DbSnapshot = {
    ...{ of, arn, id, region, owner: BUILDER, type: "manual", status: "available", progress: 100 },
    database: of === "cluster" ? "library" : "orders",
    resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    facts: { Engine: of === "cluster" ? "aurora-postgresql" : "postgres", EngineVersion: "16.3" },
    ...{ allocatedStorage: 20, createdAt: now, originalCreatedAt: now, tags: {}, sharedWith: [] },
    keyArn:
      keyAlias === "alias/aws/rds"
        ? cloud.composition.cloud.keys.managed("aws/rds", BUILDER, region).arn
        : keyArn(BUILDER, region, keyAlias),
    ...more,
  };
  shelve(stored().snapshots, arn, snapshot);
}

/** A manual snapshot of the instance, later than all others. */
function takeSnapshot(id: string): void {
  const createdAt = new Date(cloud.cloudClock.now().getTime() + 1000).toISOString();
  put("instance", id, "alias/app-data", { createdAt });
}

function keyArn(account: string, region: string, alias: string): string {
  return cloud.composition.cloud.keys.find(alias, account, region)?.arn ?? "no key";
}

/** What the cloud stores, regardless of what it shows to callers. */
function held(account: string, region: string): readonly DbSnapshot[] {
  return Object.values(stored().snapshots).filter((one) => one.owner === account && one.region === region);
}

const copiesIn = (account: string, region: string, rule: string) =>
  held(account, region).filter(({ tags }) => tags["keyferry:node"]?.startsWith(`${rule}/final/`));

async function published(account: string, region: string): Promise<string | undefined> {
  const credentials = { accessKeyId: account, secretAccessKey: "rehearsal" };
  const ssm = new SSMClient({ endpoint: cloud.url, region, credentials });
  return (await ssm.send(new GetParameterCommand({ Name: "/databases/orders" }))).Parameter?.Value;
}

/** What has failed in a run, with AWS's reasons. */
async function failuresOf(options: ScriptOptions = {}): Promise<readonly string[]> {
  const failures: string[] = [];
  const { state } = await runScript(cloud, topology, {
    ...options,
    listener: (event) => {
      if (event.code === "TaskFailed") failures.push(`${event.task}: ${event.explanation.reason}`);
    },
  });
  return state === "done" ? failures : [...failures, state];
}

/** Every difference between the cloud and the state in which a finished run must leave it. */
function wrong(orders: string): readonly string[] {
  const found: string[] = [];
  const places: readonly (readonly [string, string, string, string])[] = [
    ["orders", PROD, "eu-central-1", `snapshot:${orders}`],
    ["orders", STAGING, "eu-west-1", `snapshot:${orders}`],
    ["library", PROD, "eu-central-1", "cluster-snapshot:library-1"],
    ["golden", STAGING, "eu-central-1", "snapshot:golden-1"],
  ];
  for (const [rule, account, region, source] of places) {
    const where = `${rule} in ${account} ${region}`;
    const copies = copiesIn(account, region, rule).filter(
      ({ tags }) => tags["keyferry:source-db-snapshot"] === `arn:aws:rds:eu-west-1:${BUILDER}:${source}`,
    );
    if (copies.length !== 1) found.push(`${where}: ${copies.length} copies`);
    for (const { status, keyArn: under, sharedWith } of copies) {
      const home = keyArn(account, region, `alias/keyferry/${topology.name}/home`);
      if (status !== "available" || under !== home || sharedWith.length > 0)
        found.push(`${where}: ${status} under ${under}, shared with ${sharedWith.join()}`);
    }
  }
  for (const { id, tags, sharedWith } of held(BUILDER, "eu-west-1")) {
    if ("keyferry:node" in tags) found.push(`${id} is left`);
    if (sharedWith.length > 0) found.push(`${id} is shared with ${sharedWith.join()}`);
    if (Object.keys(tags).some((key) => key.startsWith("keyferry:"))) found.push(`${id} has a record`);
  }
  return found;
}

test("snapshots of an instance and of a cluster are copied across accounts and Regions, under the home keys", async () => {
  expect(await failuresOf()).toEqual([]);
  expect(wrong("orders-1")).toEqual([]);
  const [copy] = copiesIn(PROD, "eu-central-1", "orders");
  expect(copy?.tags).toMatchObject({ team: "data", "keyferry:topology": "books" });
  // One step across account and Region, from the transit copy.
  expect(copy?.copiedFrom).toMatch(/^arn:aws:rds:eu-west-1:111111111111:snapshot:keyferry-books-/);
  expect(await published(PROD, "eu-central-1")).toBe(copy?.arn);
  // A snapshot that is already under the transit key needs no transit copy, and keeps its tags.
  const [golden] = copiesIn(STAGING, "eu-central-1", "golden");
  expect(golden).toMatchObject({
    copiedFrom: `arn:aws:rds:eu-west-1:${BUILDER}:snapshot:golden-1`,
    tags: { app: "orders" },
  });
});

test("the next run copies and changes nothing, and every command finds the expected state", async () => {
  cloud.requests.clear();
  expect(await failuresOf()).toEqual([]);
  const changing = [...cloud.requests.keys()].filter((name) =>
    /^rds (Copy|Modify|Delete|Add|Remove)/.test(name),
  );
  expect(changing).toEqual([]);
  for (const command of ["verify", "doctor", "status", "clean"]) {
    const { code, out, err } = await desk.give(command);
    expect({ command, code, out, err }).toMatchObject({ command, code: 0 });
  }
});

test("the copy of a newer snapshot replaces the earlier copy if only the newest is kept; otherwise both stay", async () => {
  takeSnapshot("orders-2");
  expect(await failuresOf()).toEqual([]);
  expect(wrong("orders-2")).toEqual([]);
  expect(copiesIn(PROD, "eu-central-1", "orders")).toHaveLength(1);
  expect(copiesIn(STAGING, "eu-west-1", "orders")).toHaveLength(2);
});

test("a run that is killed at any change in RDS is resumed, and every copy exists once", async () => {
  await cloud.load(prepared);
  const whole = new Bomb();
  await runScript(cloud, topology, { aws: whole.around(cloud.access(topology)) });
  const changes = /^(copySnapshot|changeShares|deleteSnapshot|addTags|removeTags): served/;
  const seen = new Map<string, number[]>();
  for (const [index, point] of whole.points.entries()) {
    if (changes.test(point)) seen.set(point, [...(seen.get(point) ?? []), index + 1]);
  }
  // The first and the last of each.
  const points = [...seen.values()].flatMap((at) => [...new Set([Math.min(...at), Math.max(...at)])]);
  expect(seen.size).toBe(5);
  const failed: string[] = [];
  for (const at of points) {
    await cloud.load(prepared);
    const bomb = new Bomb(at);
    const aws = bomb.around(cloud.access(topology));
    await runScript(cloud, topology, { aws, pid: 1 }).catch(() => undefined);
    expect(bomb.hasGoneOff).toBe(true);
    const after = [...(await failuresOf({ pid: 2, isResumed: true })), ...wrong("orders-1")];
    failed.push(...after.map((what) => `${at} (${bomb.points.at(-1)}): ${what}`));
  }
  expect(failed).toEqual([]);
  expect(cloud.defects).toEqual([]);
});
