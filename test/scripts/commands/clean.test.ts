import type { TopologyInput } from "../../../topology";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { clean } from "../../../scripts/commands/clean";
import { expectNothingLeft } from "../fake-aws/expectations";
import { Bomb } from "../fake-aws/bomb";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

function tidy(stage: Stage, apply = false, isAlive = false) {
  return clean({
    topology: stage.topology,
    aws: stage.cloud.access(),
    foundation: stage.foundation(),
    clock: stage.clock,
    settings: AWS_SETTINGS,
    keeper: {
      me: { host: "laptop", pid: 99, run: "clean" },
      clock: stage.clock,
      settings: AWS_SETTINGS,
      isAlive: () => isAlive,
    },
    listener: (event) => stage.events.push(event),
    signal: new AbortController().signal,
    apply,
  });
}

const writes = (stage: Stage) => stage.cloud.calls.filter((call) => !/^(Describe|Get|List)/.test(call));
const kinds = (report: Awaited<ReturnType<typeof tidy>>) => report.leftovers.map(({ kind }) => kind).sort();

/** An interrupted run whose source image was deregistered before it was resumed. */
async function abandoned(): Promise<Stage> {
  const stage = new Stage();
  await stage.run({ bomb: new Bomb(24) }).catch(() => undefined);
  stage.clock.advance(3600);
  return stage;
}

describe("clean", () => {
  it("finds nothing after a successful run, and reports that", async () => {
    const stage = new Stage();
    await stage.run();
    expect(await tidy(stage)).toMatchObject({ leftovers: [], kept: [], refusals: [], ok: true });
  });

  it("keeps a copy whose tag names no copy of a topology, and reports it", async () => {
    const stage = new Stage();
    await stage.run();
    const left = stage.cloud.addCopy(stage.source, "left", {
      "keyferry:topology": "acme",
      "keyferry:node": "changed by hand",
      "keyferry:role": "transit",
    });
    expect(await tidy(stage, true)).toMatchObject({
      leftovers: [],
      kept: [
        {
          id: left,
          because: "its tag keyferry:node names no copy of a topology: the tag was changed",
        },
      ],
    });
    expect(stage.cloud.image(left).view.state).toBe("available");
  });

  it("lists leftovers with their reasons, and removes nothing without being asked", async () => {
    const stage = new Stage();
    await stage.run();
    const transit = stage.cloud.image(
      stage.cloud.addCopy(stage.source, "left", {
        "keyferry:topology": "acme",
        "keyferry:node": "web/transit/builder/eu-west-1",
        "keyferry:role": "transit",
      }),
    );
    const source = stage.cloud.image(stage.imageId);
    source.launchPermissions.push("222222222222", "999999999999");
    source.view.tags = { "keyferry:shared-with:acme/web": `${stage.imageId} 222222222222` };
    stage.cloud.calls.length = 0;

    const report = await tidy(stage);
    expect(kinds(report)).toEqual(["share", "transit-copy"]);
    expect(report).toMatchObject({ applied: false, ok: false });
    expect(writes(stage)).toEqual([]);

    const applied = await tidy(stage, true);
    expect(applied.leftovers.map(({ removed }) => removed)).toEqual([true, true]);
    expect(transit.registered).toBe(false);
    // The user's own share stays.
    expect(source.launchPermissions).toEqual(["999999999999"]);
    expect(await tidy(stage)).toMatchObject({ leftovers: [], ok: true });
  });

  it("does not touch a run in progress, and names its holder", async () => {
    const stage = new Stage();
    let seen: Promise<Awaited<ReturnType<typeof tidy>>> | undefined;
    await stage.run({
      listener: (event) => {
        if (event.code === "CopyStarted") seen ??= tidy(stage, true, true);
      },
    });
    expect(await seen).toMatchObject({
      leftovers: [],
      refusals: [{ subject: "web", what: expect.stringContaining("run run-1") }],
    });
  });

  it("keeps what an unfinished run continues with, lists its lease and its shares, and the run then succeeds", async () => {
    const stage = await abandoned();
    const report = await tidy(stage, true);
    expect(report.refusals).toEqual([]);
    expect(kinds(report)).toContain("lease");
    expect(kinds(report)).not.toContain("intent");
    expect(kinds(report)).not.toContain("transit-copy");
    expect((await stage.run()).state).toBe("done");
    expectNothingLeft(stage);
  });

  it("removes an intent whose image no longer exists, with everything that its run left", async () => {
    const stage = await abandoned();
    stage.cloud.image(stage.imageId).registered = false;
    const first = await tidy(stage, true);
    expect(kinds(first)).toContain("intent");
    await tidy(stage, true);
    expect(await tidy(stage)).toMatchObject({ leftovers: [], kept: [], ok: true });
    expect([...stage.cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"))).toEqual([]);
    expect(
      stage.cloud.images.filter(
        ({ registered, view }) => registered && view.tags["keyferry:role"] === "transit",
      ),
    ).toEqual([]);
  });

  it("finds copies beyond the number kept, and reports those that are in use", async () => {
    const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
    const unlimited = new Stage(undefined, {}, "plain");
    await unlimited.run();
    for (const name of ["web-2", "web-3"]) {
      unlimited.makeImage(name, "plain");
      await unlimited.run();
    }
    const to = web.to.map(({ account, regions }) => ({ account, regions, keep: 1 }));
    const keeping = new Stage({ ...TWO_ACCOUNTS, images: { web: { ...web, to } } }, {}, "plain");
    Object.defineProperty(unlimited, "topology", { value: keeping.topology });
    const prod = unlimited.place("prod", "eu-central-1");
    const oldest = unlimited.cloud.registered(prod)[0]?.view.id ?? "";
    unlimited.cloud.uses.set("222222222222/eu-central-1", [{ user: "instance i-1", image: oldest }]);
    const report = await tidy(unlimited, true);
    expect(kinds(report)).toEqual(["old-copy", "old-copy", "old-copy"]);
    expect(report.kept).toMatchObject([{ id: oldest, by: ["instance i-1"] }]);
    expect(unlimited.cloud.registered(prod).map(({ view }) => view.name)).toEqual(["web-1", "web-3"]);
  });

  it("keeps the copy of the image that the next run carries, although a newer one exists", async () => {
    const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
    const unpublished = (keep: object) => ({
      ...TWO_ACCOUNTS,
      images: {
        web: { from: web.from, to: web.to.map(({ account, regions }) => ({ account, regions, ...keep })) },
      },
    });
    const stage = new Stage(unpublished({}), {}, "plain");
    await stage.run();
    const newer = stage.makeImage("web-2", "plain");
    await stage.run();
    Object.defineProperty(stage, "topology", { value: new Stage(unpublished({ keep: 1 })).topology });
    expect(kinds(await tidy(stage))).toEqual(["old-copy", "old-copy"]);
    stage.cloud.image(newer).registered = false;
    expect(await tidy(stage)).toMatchObject({ leftovers: [], ok: true });
  });

  it("removes failed copies and snapshots whose image no longer exists, and nothing of a user", async () => {
    const stage = new Stage();
    await stage.run();
    const prod = stage.place("prod", "eu-central-1");
    const tags = {
      "keyferry:topology": "acme",
      "keyferry:node": "web/final/prod/eu-central-1",
      "keyferry:role": "final",
    };
    const failed = stage.cloud.image(stage.cloud.addCopy(prod, "failed", tags));
    failed.view.state = "failed";
    const orphaned = stage.cloud.image(stage.cloud.addCopy(prod, "gone", tags));
    orphaned.registered = false;
    const theirs = stage.cloud.image(
      stage.cloud.addImage(prod, "theirs", [{ deviceName: "/dev/xvda", sizeGiB: 1 }]),
    );
    theirs.registered = false;
    const report = await tidy(stage, true);
    expect(kinds(report)).toEqual(["failed-copy", "snapshot"]);
    expect(failed.registered).toBe(false);
    expect(stage.cloud.snapshotsOf(orphaned)).toEqual([]);
    expect(stage.cloud.snapshotsOf(theirs)).toHaveLength(1);
  });

  describe("finds the state records of rules that were removed from the topology", () => {
    const INTENT = { run: "run-1", startedAt: "2026-11-20T10:00:00Z", sourceImageId: "ami-00000001" };
    const HOLD = { run: "run-1", at: "2026-11-20T10:00:00Z", heldBack: "ami-2", showing: "ami-1" };

    /** Writes a parameter like an earlier run. */
    async function write(stage: Stage, account: string, region: string, page: string, value: unknown) {
      await stage.cloud
        .access()
        .parameters(stage.place(account, region))
        .put({
          name: `/keyferry/acme/${page}`,
          value: typeof value === "string" ? value : JSON.stringify(value),
          dataType: "text",
          overwrite: true,
          tags: {},
        });
    }

    const lease = (stage: Stage, seconds: number) => ({
      owner: { host: "desk", pid: 7, run: "run-7" },
      expires: new Date(stage.clock.now().getTime() + seconds * 1000).toISOString(),
    });
    const names = (stage: Stage) =>
      [...stage.cloud.parameters.keys()].filter((name) => name.includes("/keyferry/")).sort();

    it("next to other rules, and in places where no rule starts any more, and removes them on request", async () => {
      const stage = new Stage();
      await stage.run();
      await write(stage, "builder", "eu-west-1", "api/intent", INTENT);
      await write(stage, "builder", "eu-west-1", "api/rollback", HOLD);
      await write(stage, "prod", "eu-central-1", "web/intent", INTENT);
      await write(stage, "prod", "eu-central-1", "lease", lease(stage, -60));
      const report = await tidy(stage);
      expect(
        report.leftovers.map(({ kind, id, account, because }) => [
          kind,
          id,
          account,
          because.replace(/;.*/, ""),
        ]),
      ).toEqual([
        ["intent", "/keyferry/acme/api/intent", "111111111111", "the topology has no rule api any more"],
        ["rollback", "/keyferry/acme/api/rollback", "111111111111", "the topology has no rule api any more"],
        ["intent", "/keyferry/acme/web/intent", "222222222222", "web starts in builder eu-west-1 now"],
        ["lease", "/keyferry/acme/lease", "222222222222", "no image starts here any more"],
      ]);
      expect(names(stage)).toHaveLength(4);
      expect(await tidy(stage, true)).toMatchObject({ ok: true });
      expect(names(stage)).toEqual([]);
      expect(await tidy(stage)).toMatchObject({ leftovers: [], ok: true });
    });

    it("keeps those of a run in progress, with the transit copies of rules that only that run has", async () => {
      const stage = new Stage();
      await stage.run();
      const transit = stage.cloud.image(
        stage.cloud.addCopy(stage.source, "left", {
          "keyferry:topology": "acme",
          "keyferry:node": "api/transit/builder/eu-west-1",
          "keyferry:role": "transit",
        }),
      );
      await write(stage, "prod", "eu-central-1", "api/intent", INTENT);
      await write(stage, "prod", "eu-central-1", "lease", lease(stage, 600));
      const report = await tidy(stage, true);
      expect(report.leftovers).toEqual([]);
      expect(report.refusals).toMatchObject([
        {
          subject: "prod eu-central-1",
          what: expect.stringContaining("run run-7 (process 7 on desk) is running"),
        },
      ]);
      expect(names(stage)).toHaveLength(2);
      expect(transit.registered).toBe(true);

      stage.clock.advance(601);
      expect(kinds(await tidy(stage, true))).toEqual(["intent", "lease", "transit-copy"]);
      expect(names(stage)).toEqual([]);
      expect(transit.registered).toBe(false);
    });

    it("with what they shared, unless a run of an earlier topology is in progress there", async () => {
      const stage = new Stage();
      await stage.run();
      const place = stage.place("prod", "eu-central-1");
      const source = stage.cloud.image(
        stage.cloud.addImage(place, "api-1", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]),
      );
      source.launchPermissions.push("333333333333", "999999999999");
      source.view.tags = { "keyferry:shared-with:acme/api": `${source.view.id} 333333333333` };
      await write(stage, "prod", "eu-central-1", "lease", lease(stage, 600));
      expect((await tidy(stage, true)).leftovers).toEqual([]);
      expect(source.launchPermissions).toHaveLength(2);

      stage.clock.advance(601);
      expect(kinds(await tidy(stage, true))).toEqual(["lease", "share"]);
      expect(source.launchPermissions).toEqual(["999999999999"]);
      expect(source.view.tags).toEqual({});
    });

    it("does not touch parameters that are not Keyferry's records, regardless of their names", async () => {
      const stage = new Stage();
      await stage.run();
      await write(stage, "builder", "eu-west-1", "api/intent", "ami-00000001");
      await write(stage, "builder", "eu-west-1", "api/notes", INTENT);
      await write(stage, "builder", "eu-west-1", "team/api/intent", INTENT);
      expect(await tidy(stage, true)).toMatchObject({ leftovers: [], ok: true });
      expect(names(stage)).toHaveLength(3);
    });
  });

  it("reports what it cannot read", async () => {
    const stage = new Stage();
    stage.cloud.closedAccounts.add("111111111111");
    expect(await tidy(stage)).toMatchObject({ ok: false, refusals: [{ subject: "web" }] });
  });
});
