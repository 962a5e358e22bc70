import { plan } from "../../../scripts/commands/plan";
import type { AwsAccess } from "../../../scripts/aws";
import { status } from "../../../scripts/commands/status";
import { verify } from "../../../scripts/commands/verify";
import type { Intent } from "../../../scripts/engine/intent";
import { selectJobs } from "../../../topology";
import { SHARED } from "../../_helpers/topologies";
import { expectCarried, expectNothingLeft, node } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS, type RunOptions } from "../fake-aws/stage";

const PROD = node("web", "final", "prod", "eu-central-1");
const STAGING = node("web", "final", "staging", "eu-west-1");
const VOLUMES = ["plain", "mixed"] as const;

const only = (stage: Stage, ...words: string[]) => selectJobs(stage.topology, words);
const runOnly = (stage: Stage, words: string[], options: RunOptions = {}) =>
  stage.run({ ...options, only: only(stage, ...words) });

function sources(stage: Stage, account: string, region: string): readonly (string | undefined)[] {
  return stage.cloud
    .registered(stage.place(account, region))
    .filter(({ view }) => view.tags["keyferry:role"] === "final")
    .map(({ view }) => view.tags["keyferry:source-image"]);
}
const inProd = (stage: Stage) => sources(stage, "prod", "eu-central-1");
const inStaging = (stage: Stage) => sources(stage, "staging", "eu-west-1");

function intent(stage: Stage): Intent | undefined {
  const values = stage.cloud.parameters.get("111111111111/eu-west-1 /keyferry/acme/web/intent");
  return values === undefined ? undefined : (JSON.parse(values.at(-1)?.value ?? "") as Intent);
}

/** Stops a run when the copy of a node has been started. */
function stoppingAt(nodeId: string): RunOptions {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    listener: (event) => event.code === "CopyStarted" && event.node === nodeId && stop.abort(),
  };
}

describe.each(VOLUMES)("a run of some copy jobs of an image of %s volumes", (volumes) => {
  const staged = () => new Stage(TWO_ACCOUNTS, {}, volumes);

  it("makes only their copies, leaves nothing behind, and reports in its result that it was restricted", async () => {
    const stage = staged();
    const { state, manifest } = await runOnly(stage, ["prod"]);
    expect([state, manifest.only]).toEqual(["done", ["prod"]]);
    expect(manifest.images.flatMap(({ jobs }) => jobs.map(({ id }) => id))).toEqual([
      "web -> prod eu-central-1",
    ]);
    expect([inProd(stage), inStaging(stage)]).toEqual([[stage.imageId], []]);
    expect(stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")).toBeDefined();
    expectNothingLeft(stage);
  });

  it("waits for a run of the other jobs in progress, and both together have the result of one run of all", async () => {
    const stage = staged();
    const together = { isAlive: () => true, waitSeconds: 3600, around: (aws: AwsAccess) => aws };
    const ended = await Promise.all([
      runOnly(stage, ["prod"], together),
      runOnly(stage, ["staging"], together),
    ]);
    expect(ended.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(stage.events.filter(({ code }) => code === "LeaseAwaited")).toHaveLength(1);
    expectCarried(stage);
  });

  it("is refused while a run of the other jobs is in progress, unless it may wait", async () => {
    const stage = staged();
    const together = { isAlive: () => true, around: (aws: AwsAccess) => aws };
    const [first, second] = await Promise.allSettled([
      runOnly(stage, ["prod"], together),
      runOnly(stage, ["staging"], together),
    ]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: "LeaseHeld", fix: expect.stringContaining("--wait") } });
    expect([inProd(stage), inStaging(stage)]).toEqual([[stage.imageId], []]);
  });

  it("does not need the accounts of the other jobs", async () => {
    const stage = staged();
    stage.cloud.closedAccounts.add("333333333333");
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    expect(stage.cloud.calls.filter((call) => call.includes("333333333333"))).toEqual([]);
  });

  it("is verified and its status reported without reading the accounts of the other jobs", async () => {
    const stage = staged();
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    stage.cloud.closedAccounts.add("333333333333");
    stage.cloud.calls.length = 0;
    const { topology, clock } = stage;
    const look = { topology, clock, aws: stage.cloud.access(), only: only(stage, "prod") };
    expect(await verify(look)).toMatchObject({ ok: true, refusals: [], leftovers: [], unexplained: [] });
    const reported = await status(look, stage.foundation(), []);
    expect(reported.outside.unseen).toEqual([]);
    expect(stage.cloud.calls.length).toBeGreaterThan(0);
    expect(stage.cloud.calls.filter((call) => call.includes("333333333333"))).toEqual([]);
  });

  it.each([
    [["prod"], ["staging"]],
    [["staging"], ["prod"]],
    [["prod"], []],
    [["staging"], []],
  ])("of %j and then of %j, both partial, has the result of a run of all", async (...words) => {
    const stage = staged();
    for (const each of words) {
      const { state } = each.length === 0 ? await stage.run() : await runOnly(stage, each);
      expect(state).toBe("done");
      expectNothingLeft(stage);
    }
    expectCarried(stage);
  });

  it("is followed by a run of all with the newest image: only the selected jobs were pinned", async () => {
    const stage = staged();
    await runOnly(stage, ["prod"]);
    const newer = stage.makeImage("web-2", volumes);
    await stage.run();
    expect([inProd(stage), inStaging(stage)]).toEqual([[stage.imageId, newer], [newer]]);
  });

  it("repeated every week carries each week's image, although the other jobs never run", async () => {
    const stage = staged();
    const images = [stage.imageId];
    await runOnly(stage, ["prod"]);
    for (const name of ["web-2", "web-3"]) {
      images.push(stage.makeImage(name, volumes));
      await runOnly(stage, ["prod"]);
    }
    expect([inProd(stage), inStaging(stage)]).toEqual([images, []]);
  });

  it("finishes what failed in a run of all, and nothing stays pinned", async () => {
    const stage = staged();
    const home = stage.cloud.keys.get(
      stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
    );
    if (home === undefined) throw new TypeError("no key");
    const { policy } = home;
    home.policy = { Version: "2012-10-17", Statement: [] };
    expect((await stage.run()).state).toBe("failed");
    home.policy = policy;
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    expectCarried(stage);
  });

  it("continues with the image that an interrupted run of all pinned, and leaves the rest pinned", async () => {
    const stage = staged();
    await stage.run(stoppingAt(PROD));
    const newer = stage.makeImage("web-2", volumes);
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    expect(inProd(stage)).toEqual([stage.imageId]);
    expect(intent(stage)).toMatchObject({ sourceImageId: stage.imageId, jobs: [STAGING] });
    expect(stage.cloud.image(stage.imageId).launchPermissions).toEqual([]);

    await stage.run();
    expect([inProd(stage), inStaging(stage)]).toEqual([[stage.imageId], [stage.imageId]]);
    expectNothingLeft(stage);
    await stage.run();
    expect([inProd(stage), inStaging(stage)]).toEqual([
      [stage.imageId, newer],
      [stage.imageId, newer],
    ]);
  });

  it("adds its jobs to those that another partial run left unfinished, and each finishes its own", async () => {
    const stage = staged();
    await runOnly(stage, ["prod"], stoppingAt(PROD));
    expect(intent(stage)?.jobs).toEqual([PROD]);
    expect((await runOnly(stage, ["staging"])).state).toBe("done");
    expect(intent(stage)?.jobs).toEqual([PROD]);
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    expectCarried(stage);
  });

  it("after an interruption is finished by a run of all, for all jobs", async () => {
    const stage = staged();
    await runOnly(stage, ["prod"], stoppingAt(PROD));
    stage.makeImage("web-2", volumes);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("discards the pinned image on request, for all jobs", async () => {
    const stage = staged();
    await stage.run(stoppingAt(STAGING));
    const newer = stage.makeImage("web-2", volumes);
    expect((await runOnly(stage, ["prod"], { repin: true })).state).toBe("done");
    expect(inProd(stage).at(-1)).toBe(newer);
    expect(intent(stage)).toBeUndefined();
    expect(stage.cloud.image(stage.imageId).launchPermissions).toEqual([]);
    expect(stage.cloud.image(newer).launchPermissions).toEqual([]);
  });

  it("keeps the source of another job's copy that is in progress", async () => {
    const stage = staged();
    await stage.run(stoppingAt(STAGING));
    const before = stage.events.length;
    expect((await runOnly(stage, ["prod"])).state).toBe("done");
    const reported = stage.events.slice(before);
    const ended = reported.findIndex((event) => event.code === "CopyAvailable" && event.node === STAGING);
    const taken = reported.findIndex(({ code }) => code === "ShareWithdrawn" || code === "CopyRemoved");
    expect(ended).toBeGreaterThanOrEqual(0);
    expect(taken).toBeGreaterThan(ended);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });
});

describe("a rollback", () => {
  it("continues if only some jobs carry a newer image, and ends when all do", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    await stage.run();
    const hold = { run: "run-0", at: "2026-01-01T00:00:00Z", heldBack: stage.imageId, showing: "ami-older" };
    const name = "111111111111/eu-west-1 /keyferry/acme/web/rollback";
    stage.cloud.parameters.set(name, [{ value: JSON.stringify(hold), shownAt: 0 }]);
    stage.makeImage("web-2", "plain");
    await runOnly(stage, ["prod"]);
    expect(stage.cloud.parameters.has(name)).toBe(true);
    await stage.run();
    expect(stage.cloud.parameters.has(name)).toBe(false);
  });
});

describe("an image that one transfer carries for several accounts", () => {
  it("uses the same transfer in partial runs, with the same result", async () => {
    const stage = new Stage(SHARED);
    const accounts = [
      ...new Set(stage.topology.rules.flatMap(({ to }) => to.map(({ account }) => account.name))),
    ];
    for (const account of accounts) {
      expect((await runOnly(stage, [account])).state).toBe("done");
      expectNothingLeft(stage);
    }
    expectCarried(stage);
  });
});

describe("commands on some copy jobs", () => {
  const look = (stage: Stage, ...words: string[]) => ({
    topology: stage.topology,
    aws: stage.cloud.access(),
    clock: stage.clock,
    only: only(stage, ...words),
  });

  it("plan what a run of these jobs does", async () => {
    const stage = new Stage();
    const planned = await plan(look(stage, "prod"), []);
    await runOnly(stage, ["prod"]);
    const started = stage.events.flatMap((event) => (event.code === "CopyStarted" ? [event.node] : []));
    expect(planned.rules.flatMap(({ copies }) => copies.map((copy) => copy.node)).sort()).toEqual(
      started.sort(),
    );
  });

  it("verify these jobs, and make no calls for others", async () => {
    const stage = new Stage();
    await runOnly(stage, ["prod"]);
    expect(await verify(look(stage, "prod"))).toMatchObject({
      ok: true,
      jobs: [{ job: "web -> prod eu-central-1" }],
    });
    expect((await verify(look(stage, "staging"))).ok).toBe(false);
    stage.cloud.closedAccounts.add("333333333333");
    expect((await verify(look(stage, "prod"))).ok).toBe(true);
  });
});
