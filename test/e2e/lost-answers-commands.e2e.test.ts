import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { createDeployRoles } from "../../demo/furnish";
import { hasDeletionGuard } from "../../policy";
import { connectAsDeployer } from "../../scripts/aws/deployer";
import { AWS_SETTINGS } from "../../scripts/engine/settings";
import { clean } from "../../scripts/commands/clean";
import { cancelDeletion } from "../../scripts/commands/keys/cancel-deletion";
import { deleteKey } from "../../scripts/commands/keys/delete";
import { findNamed } from "../../scripts/commands/keys/find-named";
import { keysBefore, keysOf, type ChangeableFoundation } from "../../scripts/commands/keys/foundation";
import { ruleStatePlaces } from "../../scripts/commands/stale-rule-states";
import { rollback } from "../../scripts/commands/rollback";
import {
  EMPTY_LOCK,
  mergeLock,
  resolveTopology,
  type Lock,
  type Topology,
  type TopologyInput,
} from "../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  finalCopies,
  foundationOf,
  holdingsOf,
  makeImage,
  runScript,
  startVirtualCloud,
  type Holdings,
  type VirtualCloud,
} from "../_helpers/virtual";
import { keyArn } from "./lib/cloud-state";
import { changesOf, lostForGood, lostOneByOne, type Losing } from "./lib/lost-one-by-one";

/** Commands other than `run` that change something, when AWS makes the change but its response is lost. */

jest.setTimeout(900_000);

const DAY = 24 * 3600;
const from = { account: "builder", region: "eu-west-1" } as const;

function topologyOf(rules: readonly string[], regions: readonly string[], keep?: number): Topology {
  const to = [{ account: "prod", regions: [...regions], ...(keep === undefined ? {} : { keep }) }];
  const images = rules.map((name): [string, NonNullable<TopologyInput["images"]>[string]] => [
    name,
    { from: { ...from, newest: { name: `${name}-*` } }, to, publishTo: `/images/${name}` },
  ]);
  return resolveTopology({
    name: "lost",
    accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
    images: Object.fromEntries(images),
  });
}

const CENTRAL = ["eu-central-1"];
/** Everything that was ever declared; nothing was copied to the second Region. */
const ALL = topologyOf(["web", "api", "batch"], [...CENTRAL, "eu-north-1"], 1);
/** An earlier version of the topology, whose run was killed. */
const EARLIER = topologyOf(["api", "batch"], CENTRAL);
const NOW = topologyOf(["web"], CENTRAL);
const KEEPING = topologyOf(["web"], CENTRAL, 1);

const KEY = "prod/eu-north-1/home";
const HOME = "alias/keyferry/lost/home";
const PLACES = ruleStatePlaces({ topology: ALL } as Parameters<typeof ruleStatePlaces>[0]);

let cloud: VirtualCloud;
let admins: Administrators;
let prepared: Buffer;
let sources: readonly string[];

const inNorth = () => admins.of("222222222222", "eu-north-1");

beforeAll(async () => {
  cloud = await startVirtualCloud(ALL.operator.id);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, ALL);
  await createDeployRoles(cloud.url, ALL);
  const web = [await build("web-1", undefined)];
  expect((await runScript(cloud, NOW)).state).toBe("done");
  web.push(await build("web-2", undefined));
  expect((await runScript(cloud, NOW)).state).toBe("done");
  sources = web;
  await build("api-1", undefined);
  await build("batch-1", "alias/aws/ebs");
  await killedRun();
  await cloud.cloudClock.advance(DAY);
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());

function build(name: string, keyAlias: string | undefined): Promise<string> {
  const place = ALL.rules[0]?.from;
  if (place === undefined) throw new TypeError("no rule");
  return makeImage(cloud, admins, place, name, [
    { sizeGiB: 8, ...(keyAlias === undefined ? {} : { keyAlias }) },
  ]);
}

/** Kills a run of the earlier version after it shared its sources and started to copy. */
async function killedRun(): Promise<void> {
  const before = await cloud.dump();
  const whole = new Bomb();
  await runScript(cloud, EARLIER, { aws: whole.around(cloud.access(EARLIER)), append: whole.append([]) });
  await cloud.load(before);
  const bomb = new Bomb(whole.points.lastIndexOf("CopyStarted: not written down"));
  const killed = runScript(cloud, EARLIER, {
    aws: bomb.around(cloud.access(EARLIER)),
    append: bomb.append([]),
  });
  await killed.catch(() => undefined);
  expect(bomb.hasGoneOff).toBe(true);
}

const work = (topology: Topology, pid: number) => ({
  topology,
  aws: cloud.access(topology, `lost-${pid}`),
  clock: cloud.clock,
  settings: AWS_SETTINGS,
  keeper: {
    me: { host: "laptop", pid, run: `lost-${pid}` },
    clock: cloud.clock,
    settings: AWS_SETTINGS,
    isAlive: () => false,
  },
  listener: () => undefined,
  signal: new AbortController().signal,
});

/** `keyferry clean --apply`; it must leave the same as an undisturbed one. */
function cleaning(): Losing {
  let undisturbed: Holdings | undefined;
  return {
    cloud,
    restore: () => cloud.load(prepared),
    async give(pid) {
      const foundation = foundationOf(cloud, KEEPING);
      const report = await clean({ ...work(KEEPING, pid), foundation, apply: true });
      return report.ok ? "done" : JSON.stringify([report.leftovers, report.refusals]);
    },
    async wrong() {
      const left = await holdingsOf(cloud, PLACES);
      undisturbed ??= left;
      return differences(undisturbed, left);
    },
  };
}

function differences(wanted: Holdings, found: Holdings): readonly string[] {
  const ids = [...new Set([...wanted.keys(), ...found.keys()])];
  return ids.flatMap((id) => {
    const [want, is] = [JSON.stringify(wanted.get(id)), JSON.stringify(found.get(id))];
    return want === is ? [] : [`${id}: ${want} became ${is}`];
  });
}

/** `keyferry run --rollback web`. */
function rollingBack(): Losing {
  const place = NOW.rules[0]?.to[0];
  if (place === undefined) throw new TypeError("no destination");
  return {
    cloud,
    restore: () => cloud.load(prepared),
    async give(pid) {
      const journal = { past: [], append: () => undefined };
      return (await rollback({ ...work(NOW, pid), journal, request: { rule: "web" } })).state;
    },
    async wrong() {
      const earlier = finalCopies(cloud, "web", place).find(({ name }) => name === "web-1")?.imageId;
      const parameters = cloud.access(NOW).parameters(place);
      const { parameters: booksAt } = cloud.access(NOW);
      const shown = await parameters.get("/images/web");
      const books = await booksAt(PLACES[0] ?? place).below("/keyferry/lost");
      const kept = books.filter(({ name }) => !name.includes("/api/") && !name.includes("/batch/"));
      const hold = JSON.parse(kept[0]?.value ?? "{}") as { readonly heldBack?: string };
      return [
        ...(earlier !== undefined && shown === earlier ? [] : [`it shows ${shown} instead of ${earlier}`]),
        ...(kept.map(({ name }) => name).join() === "/keyferry/lost/web/rollback"
          ? []
          : [`there are ${kept.map(({ name }) => name).join()}`]),
        ...(hold.heldBack === sources[1] ? [] : [`it holds back ${hold.heldBack}`]),
      ];
    },
  };
}

/** A key that was removed from the topology, and its record in the lock file. */
class Keys {
  lock: Lock = mergeLock(NOW, mergeLock(ALL, EMPTY_LOCK).lock).lock;

  open(): ChangeableFoundation {
    return {
      before: this.lock,
      locked: mergeLock(NOW, this.lock),
      deployer: connectAsDeployer(ALL, "lost", cloud.clock.timekeeper),
      remember: (change) => void (this.lock = change(this.lock)),
    };
  }

  record(): string | undefined {
    return this.lock.topologies["lost"]?.accounts["222222222222"]?.keys["eu-north-1"]?.home?.state;
  }

  async delete(): Promise<string> {
    const foundation = this.open();
    const { refusals } = await deleteKey(foundation, {
      key: findNamed(keysOf(foundation), KEY),
      windowDays: 30,
      withoutProofOf: [],
      confirm: async () => true,
    });
    return refusals.length === 0 ? "done" : JSON.stringify(refusals);
  }

  async cancel(): Promise<string> {
    const foundation = this.open();
    const { refusals } = await cancelDeletion(foundation, findNamed(keysBefore(foundation), KEY), true);
    return refusals.length === 0 ? "done" : JSON.stringify(refusals);
  }
}

async function wrongWithKey(
  arn: string,
  keys: Keys,
  wanted: { state: string; record: string; alias: boolean },
) {
  const { kms } = inNorth();
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
  const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }));
  const alias = (await keyArn(inNorth(), HOME).catch(() => "")) === arn;
  const is = { state: KeyMetadata?.KeyState, record: keys.record(), alias, guard: hasDeletionGuard(Policy) };
  return JSON.stringify(is) === JSON.stringify({ ...wanted, guard: true }) ? [] : [JSON.stringify(is)];
}

async function deleting(): Promise<Losing> {
  await cloud.load(prepared);
  const arn = await keyArn(inNorth(), HOME);
  let keys = new Keys();
  return {
    cloud,
    async restore() {
      await cloud.load(prepared);
      keys = new Keys();
    },
    give: () => keys.delete(),
    wrong: () => wrongWithKey(arn, keys, { state: "PendingDeletion", record: "deleted", alias: false }),
  };
}

async function cancelling(): Promise<Losing> {
  await cloud.load(prepared);
  const arn = await keyArn(inNorth(), HOME);
  const before = new Keys();
  expect(await before.delete()).toBe("done");
  const deleted = await cloud.dump();
  let keys = before;
  return {
    cloud,
    async restore() {
      await cloud.load(deleted);
      keys = new Keys();
      keys.lock = before.lock;
    },
    give: () => keys.cancel(),
    wrong: () => wrongWithKey(arn, keys, { state: "Enabled", record: "retired", alias: true }),
  };
}

const COMMANDS: readonly (readonly [
  command: string,
  losing: () => Losing | Promise<Losing>,
  calls: readonly string[],
])[] = [
  [
    "clean --apply",
    cleaning,
    [
      "DeleteParameter",
      "DeleteSnapshot",
      "DeleteTags",
      "DeregisterImage",
      "ModifyImageAttribute",
      "ModifySnapshotAttribute",
      "PutParameter",
    ],
  ],
  ["run --rollback", rollingBack, ["DeleteParameter", "PutParameter"]],
  ["keys delete", deleting, ["DeleteAlias", "PutKeyPolicy", "ScheduleKeyDeletion"]],
  ["keys cancel-deletion --enable", cancelling, ["CancelKeyDeletion", "CreateAlias", "EnableKey"]],
];

describe.each(COMMANDS)("keyferry %s", (_, losingOf, calls) => {
  it("makes exactly the changing calls whose responses are lost here", async () => {
    expect([...(await changesOf(await losingOf())).keys()].sort()).toEqual([...calls]);
  });

  it("completes if the response to any one changing call is lost", async () => {
    expect(await lostOneByOne(await losingOf())).toEqual([]);
  });

  it("is completed by the next one if a changing call fails because it never gets a response", async () => {
    expect(await lostForGood(await losingOf())).toEqual([]);
  });
});
