import type { TopologyInput } from "../../../topology";
import { SHARED } from "../../_helpers/topologies";
import { AwsCallError } from "../../../scripts/aws";
import { parseCopyPlan } from "../../../review";
import { plan } from "../../../scripts/commands/plan";
import type { PlannedCopy } from "../../../scripts/engine/results";
import { node } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const look = (stage: Stage) => ({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });

async function carried(input?: unknown): Promise<Stage> {
  const stage = new Stage(input);
  await stage.run();
  return stage;
}

async function copiesOf(stage: Stage): Promise<readonly PlannedCopy[]> {
  return (await plan(look(stage), [])).rules.flatMap(({ copies }) => copies);
}

/** The existing copy in prod's Region, as the cloud has it. */
function standing(stage: Stage) {
  const copy = stage.cloud
    .registered(stage.place("prod", "eu-central-1"))
    .find(({ view }) => view.tags["keyferry:role"] === "final");
  if (copy === undefined) throw new TypeError("no copy");
  return copy;
}

describe("an image that several accounts need in other Regions", () => {
  it("is transferred once into each Region, and the plan shows what that saves", async () => {
    const { counts, crossRegion, crossRegionGiB, savedGiB } = await plan(look(new Stage(SHARED)), []);
    expect(counts).toMatchObject({ copy: 9, transit: 3, stand: 0 });
    expect(crossRegion).toEqual([
      { from: "eu-west-1", to: "eu-central-1", copies: 1, gib: 32 },
      { from: "eu-west-1", to: "us-east-1", copies: 1, gib: 32 },
    ]);
    expect([crossRegionGiB, savedGiB]).toEqual([64, 96]);
  });

  it("takes as long as two copies in a row of its largest volume", async () => {
    const { estimate } = await plan(look(new Stage(SHARED)), [], { pace: { snapshotMiBps: 100 } });
    expect(estimate).toEqual({ snapshotMiBps: 100, pairMiBps: 2000, seconds: 410 });
  });

  it("is planned like it is run", async () => {
    const stage = new Stage(SHARED);
    const planned = await plan(look(stage), []);
    await stage.run();
    const started = stage.events.flatMap((event) => (event.code === "CopyStarted" ? [event.node] : []));
    const copies = planned.rules.flatMap((rule) => rule.copies).map((copy) => copy.node);
    expect([...started].sort()).toEqual([...copies].sort());
  });
});

describe("data", () => {
  it("is the data written to the volumes, if EC2 reports it, and at most the size of the volumes", async () => {
    const stage = new Stage();
    for (const snapshot of stage.cloud.snapshots) {
      if (snapshot.view.sizeGiB === 20) snapshot.view.dataBytes = 5 * 1024 ** 3;
      if (snapshot.view.sizeGiB === 4) snapshot.view.dataBytes = 9 * 1024 ** 3;
    }
    const [rule] = (await plan(look(stage), [])).rules;
    expect(rule).toMatchObject({ sizeGiB: 32, dataGiB: 17, largestGiB: 8 });
  });
});

describe("an existing copy", () => {
  it("is neither changed nor published again, and needs no transfer", async () => {
    const stage = await carried();
    const { counts, crossRegionGiB, estimate, rules } = await plan(look(stage), []);
    expect(counts).toEqual({
      unknown: 0,
      copy: 0,
      transit: 0,
      again: 0,
      wait: 0,
      change: 0,
      differ: 0,
      stand: 2,
      remove: 0,
    });
    expect([crossRegionGiB, estimate]).toEqual([0, undefined]);
    expect(rules[0]?.copies.flatMap(({ publishes }) => publishes ?? [])).toEqual([]);
  });

  it("is changed if it lacks a tag, and the plan itself changes nothing", async () => {
    const stage = await carried();
    const tags = { ...standing(stage).view.tags };
    delete tags["team"];
    standing(stage).view.tags = tags;
    const [copy] = (await copiesOf(stage)).filter(({ sets }) => sets.length > 0);
    expect(copy?.sets).toEqual([
      { resourceId: standing(stage).view.id, what: "tag team", wanted: "platform" },
    ]);
    expect(copy?.differences).toEqual([]);
    expect(standing(stage).view.tags).toEqual(tags);
  });

  it("under another key cannot be verified, and the plan reports it", async () => {
    const stage = await carried();
    const [snapshot] = stage.cloud.snapshotsOf(standing(stage));
    if (snapshot === undefined) throw new TypeError("no snapshot");
    snapshot.view.keyArn = "arn:aws:kms:eu-central-1:222222222222:key/other";
    const { counts, rules } = await plan(look(stage), []);
    expect(counts).toMatchObject({ stand: 1, differ: 1, copy: 0 });
    expect(rules[0]?.copies.flatMap(({ differences }) => differences).join()).toContain("key/other");
  });

  it("is published if the parameter shows something else", async () => {
    const stage = await carried();
    stage.cloud.parameters.set("222222222222/eu-central-1 /images/web", [{ value: "ami-x", shownAt: 0 }]);
    expect((await copiesOf(stage)).flatMap(({ publishes }) => publishes ?? [])).toEqual([
      { parameter: "/images/web", shows: "ami-x" },
    ]);
  });

  it("is not published while a rollback holds it back, and the plan names the rollback's image", async () => {
    const stage = await carried();
    const hold = { run: "run-0", at: "2026-01-01T00:00:00Z", heldBack: stage.imageId, showing: "ami-older" };
    const name = "111111111111/eu-west-1 /keyferry/acme/web/rollback";
    stage.cloud.parameters.set(name, [{ value: JSON.stringify(hold), shownAt: 0 }]);
    stage.cloud.parameters.set("222222222222/eu-central-1 /images/web", [{ value: "ami-x", shownAt: 0 }]);
    const copies = (await copiesOf(stage)).filter(({ role }) => role === "final");
    expect(copies.map(({ publishes, heldBackFor }) => [publishes, heldBackFor])).toEqual([
      [undefined, "ami-older"],
      [undefined, "ami-older"],
    ]);
  });

  it("that failed is removed and made again", async () => {
    const stage = await carried();
    standing(stage).view.state = "failed";
    const planned = await plan(look(stage), []);
    expect(planned.counts).toMatchObject({ copy: 2, transit: 1, again: 1, stand: 1 });
  });
});

it("a remaining transit copy that is not needed is removed", async () => {
  const stage = await carried();
  const left = stage.cloud.addCopy(stage.source, "left", {
    ...standing(stage).view.tags,
    "keyferry:parent-image": "ami-0ldc0ffee",
    "keyferry:role": "transit",
    "keyferry:node": node("web", "transit", "builder", "eu-west-1"),
  });
  const [transit] = await copiesOf(stage);
  expect(transit).toMatchObject({ role: "transit", action: "remove", stands: { imageId: left } });
});

describe("copies older than the topology keeps", () => {
  const keeping: TopologyInput = {
    ...TWO_ACCOUNTS,
    images: {
      web: {
        from: TWO_ACCOUNTS.images["web"]!.from,
        to: [
          { account: "prod", regions: ["eu-central-1"], keep: 1 },
          { account: "staging", regions: ["eu-west-1"], keep: 1 },
        ],
      },
    },
  };

  it("are removed when a newer one was made, and the plan lists them", async () => {
    const stage = await carried(keeping);
    const old = standing(stage).view.id;
    stage.makeImage("web-2", "mixed");
    const planned = await plan(look(stage), []);
    expect(planned.rules[0]?.copies.find(({ accountName }) => accountName === "prod")?.retires).toEqual([
      old,
    ]);
    expect(planned.counts).toMatchObject({ copy: 3, remove: 2 });
  });

  it("do not exist while nothing newer is made", async () => {
    const { counts } = await plan(look(await carried(keeping)), []);
    expect(counts).toMatchObject({ remove: 0, stand: 2 });
  });
});

describe("costs", () => {
  const prices = { currency: "USD", transferPerGiB: { "*": { "*": 0.02 } } };

  it("are calculated from the topology's prices", async () => {
    const { cost } = await plan(look(new Stage({ ...SHARED, prices })), []);
    expect(cost).toMatchObject({ currency: "USD", once: 1.28 });
  });

  it("are calculated from given prices, which take precedence", async () => {
    const given = { prices: { ...prices, currency: "EUR" } };
    expect((await plan(look(new Stage({ ...SHARED, prices })), [], given)).cost?.currency).toBe("EUR");
  });

  it("are also listed by copy, and a review reads the plan", async () => {
    const planned = await plan(look(new Stage({ ...SHARED, prices })), []);
    const { copies = [], once } = planned.cost ?? {};
    expect(copies.reduce((sum, copy) => sum + copy.once, 0)).toBeCloseTo(once ?? Number.NaN, 8);
    expect(parseCopyPlan(JSON.stringify(planned), "plan.json")).toHaveProperty("plan.cost.once", once);
  });

  it("are not shown without prices", async () => {
    expect((await plan(look(new Stage(SHARED)), [])).cost).toBeUndefined();
  });
});

it("reports what AWS denies access to, does not count it, and plans everything else", async () => {
  const stage = new Stage();
  const aws = stage.cloud.access();
  const parameters: typeof aws.parameters = (place) => ({
    ...aws.parameters(place),
    get: (name) => {
      if (place.account.name !== "prod") return aws.parameters(place).get(name);
      const site = { operation: "GetParameter", account: place.account.id, region: place.region };
      return Promise.reject(
        new AwsCallError(site, {
          code: "AccessDeniedException",
          message: "not authorized",
          transient: false,
        }),
      );
    },
  });
  const { refusals, counts, rules } = await plan(
    { topology: stage.topology, aws: { ...aws, parameters } },
    [],
  );
  // A run carries everything else, so nothing refuses it.
  expect(refusals).toEqual([]);
  expect(counts).toMatchObject({ copy: 2, transit: 1, unknown: 1 });
  const [unknown] = rules.flatMap(({ copies }) => copies.filter(({ action }) => action === "unknown"));
  expect(unknown).toMatchObject({ accountName: "prod", unknown: expect.stringContaining("not authorized") });
});

describe("an account that cannot be accessed", () => {
  it("makes its copies unknown: they are not counted, timed or priced", async () => {
    const prices = { currency: "USD", transferPerGiB: { "*": { "*": 1 } } };
    const stage = new Stage({ ...TWO_ACCOUNTS, prices });
    stage.cloud.closedAccounts.add("222222222222");
    const planned = await plan(look(stage), []);
    expect(planned.counts).toMatchObject({ copy: 2, transit: 1, stand: 0, unknown: 1 });
    expect(planned.rules[0]?.copies.map(({ action }) => action)).toEqual(["copy", "unknown", "copy"]);
    expect(planned.rules[0]?.copies[1]?.unknown).toMatch(/^AssumeRole in 222222222222 .*AccessDenied[^\n]*$/);
    expect([planned.crossRegionGiB, planned.cost?.once]).toEqual([0, 0]);
    expect(planned.refusals).toHaveLength(1);
  });

  it("shows nothing about what exists there already", async () => {
    const stage = await carried();
    stage.cloud.closedAccounts.add("222222222222");
    expect((await plan(look(stage), [])).counts).toMatchObject({ copy: 0, stand: 1, unknown: 1, remove: 0 });
  });

  it("makes all copies of the images that start there unknown", async () => {
    const stage = new Stage();
    stage.cloud.closedAccounts.add("111111111111");
    const { rules, unknown, counts } = await plan(look(stage), []);
    expect(rules).toEqual([]);
    expect(unknown).toMatchObject([
      { rule: "web", jobs: 2, because: expect.stringContaining("AccessDenied") },
    ]);
    expect(counts).toMatchObject({ copy: 0, unknown: 2 });
  });

  it("keeps a transit copy that it may need from being removed", async () => {
    const stage = new Stage();
    const home = stage.cloud.keys.get(
      stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
    );
    if (home !== undefined) home.policy = { Version: "2012-10-17", Statement: [] };
    await stage.run();
    stage.cloud.closedAccounts.add("222222222222");
    const [transit] = await copiesOf(stage);
    expect(transit).toMatchObject({ role: "transit", action: "none", stands: { state: "available" } });
  });
});

describe("a missing key", () => {
  it("does not hide the copy under it", async () => {
    const stage = await carried();
    stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
    const { counts, refusals } = await plan(look(stage), []);
    expect(refusals).toHaveLength(1);
    expect(counts).toMatchObject({ copy: 0, stand: 1, differ: 1, unknown: 0 });
  });
});

describe("an image that an unfinished run pinned", () => {
  const interrupted = async () => {
    const stage = new Stage();
    const stop = new AbortController();
    await stage.run({ signal: stop.signal, listener: ({ code }) => code === "CopyStarted" && stop.abort() });
    return stage;
  };
  const waiting = (stage: Stage) => stage.events.filter(({ code }) => code === "NewerImageWaits");

  it("is only shown as pinned while it is the newest one", async () => {
    const stage = await interrupted();
    expect((await plan(look(stage), [])).rules).toMatchObject([
      { pinned: true, sourceImageId: stage.imageId },
    ]);
    expect((await plan(look(stage), [])).rules[0]).not.toHaveProperty("outdated");
    await stage.run();
    expect(waiting(stage)).toEqual([]);
  });

  it("is reported as older than another one, by the plan and at the start of the run that finishes it", async () => {
    const stage = await interrupted();
    const newer = stage.makeImage("web-2", "mixed");
    const { rules } = await plan(look(stage), []);
    expect(rules).toMatchObject([
      {
        sourceImageId: stage.imageId,
        outdated: { imageId: newer, name: "web-2", since: expect.any(String) },
      },
    ]);
    const before = stage.events.length;
    await stage.run();
    const since = rules[0]?.outdated?.since;
    expect(waiting(stage)).toEqual([
      { code: "NewerImageWaits", rule: "web", imageId: stage.imageId, since, newer, newerName: "web-2" },
    ]);
    const codes = stage.events.slice(before).map(({ code }) => code);
    expect(codes.indexOf("NewerImageWaits")).toBeLessThan(codes.indexOf("SourcePinned"));
    expect((await plan(look(stage), [])).rules[0]).not.toHaveProperty("outdated");
  });

  it("is discarded by --repin, which the plan also shows, and then nothing waits", async () => {
    const stage = await interrupted();
    const newer = stage.makeImage("web-2", "mixed");
    const { rules } = await plan(look(stage), [], { repin: true });
    expect(rules[0]).toMatchObject({ sourceImageId: newer, pinned: false });
    await stage.run({ repin: true });
    expect(waiting(stage)).toEqual([]);
  });
});
