import { copyJobs } from "../../topology";
import { homeKeyAlias } from "../../topology/names";
import { placeId } from "../../scripts/engine/place-id";
import { Bomb } from "../scripts/fake-aws/bomb";
import { Stage, TWO_ACCOUNTS } from "../scripts/fake-aws/stage";
import { CrateStore, toyKind } from "./toy";

/** Replaces the list of kinds, so that the engine copies a kind for which it has no code. */
let store: CrateStore;
const toy = toyKind(() => store);
jest.mock("../../kinds/registry", () => ({
  get KINDS() {
    return [toy];
  },
  kindOf: () => toy,
  kindsIn: () => [toy],
}));

jest.mock("../../kinds/declared", () => {
  const actual = jest.requireActual("../../kinds/declared");
  const declared = { ...actual.DECLARED.images, name: "toy", parameterType: "text", carriedOnce: undefined };
  return {
    ...actual,
    declaredKind: (rule: { readonly kind: string }) =>
      rule.kind === "toy" ? declared : actual.declaredKind(rule),
    rulePath: ({ name }: { readonly name: string }) => `crates.${name}`,
  };
});

/** Accounts with their foundation, and a crate instead of an image. */
function stageWithCrate(keep?: number): Stage {
  const input = structuredClone(TWO_ACCOUNTS) as any;
  if (keep !== undefined) for (const to of input.images.web.to) to.keep = keep;
  const stage = new Stage(input, {}, "plain");
  const rules = stage.topology.rules.map((rule) => ({ ...rule, kind: "toy" }));
  Object.assign(stage, { topology: { ...stage.topology, rules } });
  store = new CrateStore(stage.clock);
  addCrate(stage);
  return stage;
}

function addCrate({ source, clock }: Stage): string {
  clock.advance(60);
  const keyArn = "arn:aws:kms:eu-west-1:111111111111:key/managed";
  return store.add({ name: "web", state: "available", tags: {}, place: placeId(source), keyArn }).id;
}

/** Kills a run at a boundary, counted from 1; 0: never. */
async function killed(stage: Stage, at: number): Promise<Bomb> {
  const bomb = new Bomb(at);
  store.bomb = bomb;
  await stage.run({ bomb }).catch(() => undefined);
  store.bomb = new Bomb();
  return bomb;
}

function expectCarried(stage: Stage, source: string): void {
  const { topology, cloud } = stage;
  for (const { to, rule } of copyJobs(topology)) {
    const copies = store.in(to).filter(({ tags }) => tags["keyferry:role"] === "final");
    const newest = copies.filter(({ tags }) => tags["keyferry:source-image"] === source);
    expect(newest.map(({ state }) => state)).toEqual(["available"]);
    expect(newest[0]?.keyArn).toBe(stage.keyArn(to, homeKeyAlias(topology.name)));
    expect(cloud.shown(to, rule.publishTo ?? "")).toBe(newest[0]?.id);
  }
  const all = [...store.crates.values()];
  expect(all.filter(({ tags }) => tags["keyferry:role"] === "transit")).toEqual([]);
  expect(all.flatMap(({ accounts }) => accounts)).toEqual([]);
  expect(store.crates.get(source)?.tags).toEqual({});
  expect([...cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"))).toEqual([]);
}

describe("a kind that exists only in tests", () => {
  it("is copied through a transit copy by the engine alone", async () => {
    const stage = stageWithCrate();
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage, "crate-1");
    expect(stage.cloud.calls.filter((call) => /Image|Snapshot/.test(call))).toEqual([]);
  });

  it("is copied only once when the run is repeated", async () => {
    const stage = stageWithCrate();
    await stage.run();
    const before = store.crates.size;
    expect((await stage.run()).state).toBe("done");
    expect(store.crates.size).toBe(before);
  });

  it("keeps as many copies as the topology says", async () => {
    const stage = stageWithCrate(1);
    await stage.run();
    const newer = addCrate(stage);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage, newer);
    const finals = [...store.crates.values()].filter(({ tags }) => tags["keyferry:role"] === "final");
    expect(finals).toHaveLength(2);
  });

  it("has every copy once and no leftovers, regardless of where its run is killed and repeated", async () => {
    const { ticks } = await killed(stageWithCrate(), 0);
    expect(ticks).toBeGreaterThan(40);
    for (let at = 1; at <= ticks; at += 1) {
      const stage = stageWithCrate();
      expect((await killed(stage, at)).exploded).toBe(true);
      const past = at % 2 === 0 ? { past: structuredClone(stage.journal) } : {};
      expect((await stage.run(past)).state).toBe("done");
      expectCarried(stage, "crate-1");
    }
  });
});
