import type { ImageTopology } from "../../_helpers/topologies";
import { keyPolicy, renderPolicy, type RenderTarget } from "../../../policy";
import { keyDeclarations, resolveTopology, runnerAccess, runnerPolicy } from "../../../topology";
import { verify } from "../../../scripts/commands/verify";
import { Bomb } from "../fake-aws/bomb";
import { expectNothingLeft } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

type Generations = Readonly<Record<string, { readonly home?: number; readonly transit?: number }>>;

/** The topology after an edit of generations and of the number of copies that staging keeps. */
function edited(generations: Generations, keep?: number): ImageTopology {
  const { web } = TWO_ACCOUNTS.images;
  if (web === undefined) throw new TypeError("no rule");
  return {
    ...TWO_ACCOUNTS,
    accounts: Object.fromEntries(
      Object.entries(TWO_ACCOUNTS.accounts).map(([name, account]) => [
        name,
        { ...account, ...(generations[name] === undefined ? {} : { keyGenerations: generations[name] }) },
      ]),
    ),
    images: {
      web: {
        ...web,
        to: web.to.map((to) => (to.account === "staging" && keep !== undefined ? { ...to, keep } : to)),
      },
    },
  };
}

/** Does what a deployment of the edit does with keys: the alias points to another key, and roles may use only that key. */
function deploy(stage: Stage, input: ImageTopology): void {
  const topology = resolveTopology(input);
  Object.defineProperty(stage, "topology", { value: topology });
  const { cloud } = stage;
  const target: RenderTarget = {
    keyArn: (key) => cloud.aliases.get(`${key.account}/${key.region} ${key.alias}`) ?? "missing",
    text: (value) => value,
  };
  for (const key of keyDeclarations(topology)) {
    const account = topology.accounts.find(({ id }) => id === key.account);
    if (account === undefined || key.generation === undefined) continue;
    const former = cloud.keys.get(target.keyArn(key));
    // A former key allows no other account.
    if (former !== undefined) former.policy = renderPolicy(keyPolicy({ ...key, copiers: [] }), target);
    cloud.addKey({ account, region: key.region }, key.alias, renderPolicy(keyPolicy(key), target));
  }
  for (const account of topology.accounts) {
    const document = JSON.stringify(renderPolicy(runnerPolicy(runnerAccess(topology, account)), target));
    cloud.rolePolicies.set(`${account.id} ${account.runnerRole}`, [{ name: "runner", document }]);
  }
}

/** The copies of a destination, the oldest first: name, whether under the current key, whether published. */
function copiesIn(stage: Stage, account: string, region: string) {
  const { cloud } = stage;
  const place = stage.place(account, region);
  const present = stage.keyArn(place, "alias/keyferry/acme/home");
  return cloud
    .registered(place)
    .filter(({ view }) => view.tags["keyferry:role"] === "final")
    .map((image) => [
      image.view.name,
      cloud.snapshotsOf(image).every(({ view }) => view.keyArn === present) ? "present" : "former",
      ...(cloud.shown(place, "/images/web") === image.view.id ? ["published"] : []),
    ]);
}

const staging = (stage: Stage) => copiesIn(stage, "staging", "eu-west-1");

test("after a new home key, a run copies the same source again by its route, publishes the copy, and keeps the former copy", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "mixed");
  expect((await stage.run()).state).toBe("done");
  deploy(stage, edited({ staging: { home: 2 } }));
  const { manifest, state } = await stage.run();
  expect(state).toBe("done");
  expect(manifest.images[0]?.jobs).toHaveLength(2);
  expect(staging(stage)).toEqual([
    ["web-1", "former"],
    ["web-1@2", "present", "published"],
  ]);
  expect(copiesIn(stage, "prod", "eu-central-1")).toEqual([["web-1", "present", "published"]]);
  expectNothingLeft(stage);
  const calls = stage.cloud.calls.length;
  expect((await stage.run()).state).toBe("done");
  expect(stage.cloud.calls.slice(calls).filter((call) => call.startsWith("CopyImage"))).toEqual([]);
});

test("with a third home key, the copy is named after the source, and both former copies stay", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  for (const home of [1, 2, 3]) {
    deploy(stage, edited({ staging: { home } }));
    expect((await stage.run()).state).toBe("done");
  }
  expect(staging(stage)).toEqual([
    ["web-1", "former"],
    ["web-1@2", "former"],
    ["web-1@3", "present", "published"],
  ]);
});

test("before the deployment the copies are under the key that the alias points to, and nothing is copied", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  await stage.run();
  const next = resolveTopology(edited({ staging: { home: 2 } }));
  Object.defineProperty(stage, "topology", { value: next });
  expect((await stage.run()).state).toBe("done");
  expect(staging(stage)).toEqual([["web-1", "present", "published"]]);
});

test("verify requires a copy under the current key, and the plan explains why it is made", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  await stage.run();
  deploy(stage, edited({ staging: { home: 2 } }));
  const before = await verify({ topology: stage.topology, aws: stage.cloud.access() });
  expect(before.jobs.map(({ wrong }) => wrong.length > 0)).toEqual([false, true]);
  expect(before.jobs[1]?.wrong.join()).toMatch(/fix: keyferry run makes one.*ami-\w+ is under a former key/);
  await stage.run();
  const after = await verify({ topology: stage.topology, aws: stage.cloud.access() });
  expect(after.jobs.flatMap(({ wrong }) => wrong)).toEqual([]);
});

test("keep retires the former copy once its successor is published, never the successor", async () => {
  const stage = new Stage(edited({}, 1), {}, "plain");
  await stage.run();
  deploy(stage, edited({ staging: { home: 2 } }, 1));
  expect((await stage.run()).state).toBe("done");
  expect(staging(stage)).toEqual([["web-1@2", "present", "published"]]);
});

test("an interrupted run under the former transit key starts again under the current one: EC2's copies in progress fail with their reason, and nothing is left over", async () => {
  const whole = new Bomb();
  await new Stage(TWO_ACCOUNTS, {}, "mixed").run({ bomb: whole });
  for (let at = 3; at < whole.ticks; at += 6) {
    const stage = new Stage(TWO_ACCOUNTS, {}, "mixed");
    await stage.run({ bomb: new Bomb(at) }).catch(() => undefined);
    deploy(stage, edited({ builder: { transit: 2 } }));
    const { state, manifest } = await stage.run();
    const failed = manifest.images[0]?.jobs.flatMap(({ reason }) => reason ?? []) ?? [];
    for (const reason of failed) expect(reason).toContain("Given key ID is not accessible");
    if (state !== "done") expect((await stage.run()).state).toBe("done");
    expect(staging(stage)).toEqual([["web-1", "present", "published"]]);
    expectNothingLeft(stage);
  }
});

test("a run that is killed at any point while it moves copies to the next key makes each copy once", async () => {
  const ready = async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "mixed");
    await stage.run();
    deploy(stage, edited({ staging: { home: 2 }, prod: { home: 2 } }));
    return stage;
  };
  const whole = new Bomb();
  await (await ready()).run({ bomb: whole });
  for (let at = 1; at < whole.ticks; at += 7) {
    const stage = await ready();
    await stage.run({ bomb: new Bomb(at) }).catch(() => undefined);
    expect((await stage.run()).state).toBe("done");
    for (const copies of [staging(stage), copiesIn(stage, "prod", "eu-central-1")])
      expect(copies).toEqual([
        ["web-1", "former"],
        ["web-1@2", "present", "published"],
      ]);
    expectNothingLeft(stage);
  }
});
