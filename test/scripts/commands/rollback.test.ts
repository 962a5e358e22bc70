import type { TopologyInput } from "../../../topology";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { rollback } from "../../../scripts/commands/rollback";
import { planRollback, type RollbackRequest } from "../../../scripts/commands/rollback-plan";
import { verify } from "../../../scripts/commands/verify";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const PROD = "222222222222/eu-central-1";

/** Two images carried and published, one after the other; a third may follow. */
async function carriedTwice(): Promise<Stage> {
  const stage = new Stage(undefined, {}, "plain");
  await stage.run();
  await carry(stage, "web-2");
  return stage;
}

async function carry(stage: Stage, name: string): Promise<string> {
  const imageId = stage.makeImage(name, "plain");
  expect((await stage.run()).state).toBe("done");
  return imageId;
}

const look = ({ topology, cloud, clock }: Stage) => ({ topology, aws: cloud.access(), clock });

function back(stage: Stage, request: RollbackRequest = { rule: "web" }) {
  return rollback({
    ...look(stage),
    settings: AWS_SETTINGS,
    journal: { past: [], append: (record) => void stage.journal.push(record) },
    keeper: {
      me: { host: "laptop", pid: 99, run: "rollback" },
      clock: stage.clock,
      settings: AWS_SETTINGS,
      isAlive: () => true,
    },
    listener: (event) => stage.events.push(event),
    signal: new AbortController().signal,
    request,
  });
}

/** Names of the source images whose copies are published: in prod, in staging. */
function shown(stage: Stage): readonly string[] {
  return (["prod eu-central-1", "staging eu-west-1"] as const).map((text) => {
    const [account = "", region = ""] = text.split(" ");
    const imageId = stage.cloud.shown(stage.place(account, region), "/images/web") ?? "";
    return stage.cloud.image(imageId).view.name;
  });
}

const copyOf = (stage: Stage, name: string, account = "prod", region = "eu-central-1") => {
  const found = stage.cloud.registered(stage.place(account, region)).find(({ view }) => view.name === name);
  if (found === undefined) throw new TypeError(`no copy of ${name}`);
  return found;
};

describe("a rollback", () => {
  it("points every parameter at the previous verified copy, and records it in journal and manifest", async () => {
    const stage = await carriedTwice();
    const { state, manifest } = await back(stage);
    expect(state).toBe("done");
    expect(shown(stage)).toEqual(["web-1", "web-1"]);
    expect(manifest.images[0]).toMatchObject({ rule: "web", sourceImageId: stage.imageId });
    expect(manifest.images[0]?.rolledBackFrom).not.toBe(stage.imageId);
    expect(manifest.images[0]?.jobs.map((job) => [job.state, job.parameter])).toEqual([
      ["done", "/images/web"],
      ["done", "/images/web"],
    ]);
    const codes = stage.journal.filter(({ run }) => run === "rollback").map(({ event }) => event.code);
    expect(codes).toEqual(["RollbackStarted", "ImagePublished", "ImagePublished", "RunFinished"]);
  });

  it("does not go further back when it is repeated", async () => {
    const stage = await carriedTwice();
    await carry(stage, "web-3");
    await back(stage);
    await back(stage);
    expect(shown(stage)).toEqual(["web-2", "web-2"]);
  });

  it("stays in effect during later runs, and verify accepts it", async () => {
    const stage = await carriedTwice();
    await back(stage);
    stage.events.length = 0;
    const { state, manifest } = await stage.run();
    expect(state).toBe("done");
    for (const job of manifest.images[0]?.jobs ?? []) {
      expect(job).toMatchObject({ state: "done", heldBackFrom: "/images/web" });
      expect(job).not.toHaveProperty("parameter");
    }
    expect(shown(stage)).toEqual(["web-1", "web-1"]);
    expect(stage.events.filter(({ code }) => code === "PublicationHeld")).toHaveLength(2);
    expect(await verify(look(stage))).toMatchObject({ ok: true });
  });

  it("ends when the source changes, and the next rollback goes back from there", async () => {
    const stage = await carriedTwice();
    await back(stage);
    await carry(stage, "web-3");
    expect(shown(stage)).toEqual(["web-3", "web-3"]);
    expect([...stage.cloud.parameters.keys()].filter((name) => name.includes("/rollback"))).toEqual([]);
    await back(stage);
    expect(shown(stage)).toEqual(["web-2", "web-2"]);
  });

  it("ends on request", async () => {
    const stage = await carriedTwice();
    await back(stage);
    await stage.run({ publish: ["web"] });
    expect(shown(stage)).toEqual(["web-2", "web-2"]);
    expect([...stage.cloud.parameters.keys()].filter((name) => name.includes("/rollback"))).toEqual([]);
  });

  it("of one account does not change the others, and can be extended", async () => {
    const stage = await carriedTwice();
    await back(stage, { rule: "web", accounts: ["prod"] });
    expect(shown(stage)).toEqual(["web-1", "web-2"]);
    await stage.run();
    expect(shown(stage)).toEqual(["web-1", "web-2"]);
    await back(stage);
    await stage.run();
    expect(shown(stage)).toEqual(["web-1", "web-1"]);
  });

  it("continues after a kill: the newer copy is held back", async () => {
    const stage = await carriedTwice();
    const aws = stage.cloud.access();
    jest.spyOn(aws, "parameters").mockImplementation((place) => {
      const port = stage.cloud.access().parameters(place);
      return {
        ...port,
        put: (parameter) =>
          parameter.name === "/images/web" ? Promise.reject(new TypeError("killed")) : port.put(parameter),
      };
    });
    jest.spyOn(stage.cloud, "access").mockReturnValueOnce(aws);
    expect((await back(stage)).state).toBe("failed");
    await stage.run();
    expect(shown(stage)).toEqual(["web-2", "web-2"]);
    expect(stage.events.filter(({ code }) => code === "PublicationHeld")).toHaveLength(2);
    expect((await back(stage)).state).toBe("done");
    expect(shown(stage)).toEqual(["web-1", "web-1"]);
  });

  it.each<[string, (stage: Stage) => void, string]>([
    ["deregistered", (stage) => void (copyOf(stage, "web-1").registered = false), "no earlier copy"],
    ["not available", (stage) => void (copyOf(stage, "web-1").view.state = "disabled"), "no earlier copy"],
    [
      "under another key",
      (stage) =>
        stage.cloud
          .snapshotsOf(copyOf(stage, "web-1"))
          .forEach(({ view }) => (view.keyArn = "arn:aws:kms:other")),
      "is under arn:aws:kms:other",
    ],
    [
      "never published, because it was never verified",
      (stage) =>
        void stage.cloud.parameters.set(`${PROD} /images/web`, [
          { value: copyOf(stage, "web-2").view.id, shownAt: 0 },
        ]),
      "no earlier copy",
    ],
  ])("is refused if the earlier copy is %s, and nothing changes", async (_what, damage, text) => {
    const stage = await carriedTwice();
    damage(stage);
    await expect(back(stage)).rejects.toMatchObject({
      code: "PreflightRefused",
      refusals: [{ subject: "web -> prod eu-central-1", what: expect.stringContaining(text) }],
    });
    expect(shown(stage)).toEqual(["web-2", "web-2"]);
    expect([...stage.cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"))).toEqual([]);
  });

  it("is refused with the accounts that could be rolled back separately", async () => {
    const stage = await carriedTwice();
    copyOf(stage, "web-1").registered = false;
    await expect(back(stage)).rejects.toMatchObject({
      refusals: [{ fix: expect.stringContaining("--to staging;") }],
    });
    expect((await back(stage, { rule: "web", accounts: ["staging"] })).state).toBe("done");
    expect(shown(stage)).toEqual(["web-2", "web-1"]);
  });

  it("is refused while a run works on the rule", async () => {
    const stage = await carriedTwice();
    stage.makeImage("web-3", "plain");
    let refused: Promise<unknown> | undefined;
    await stage.run({
      isAlive: () => true,
      listener: (event) => {
        if (event.code === "CopyStarted") refused ??= back(stage).catch((error: unknown) => error);
      },
    });
    await expect(refused).resolves.toMatchObject({ code: "LeaseHeld" });
  });

  it("of an unknown image, of an unpublished image, or in an unknown account is a configuration error", async () => {
    const stage = await carriedTwice();
    await expect(back(stage, { rule: "wep", accounts: ["prod"] })).rejects.toMatchObject({
      problems: [{ path: "rule", allowed: "web" }],
    });
    await expect(back(stage, { rule: "web", accounts: ["prd", "prod", "x"] })).rejects.toMatchObject({
      problems: [{ what: expect.stringContaining('"prd"') }, { what: expect.stringContaining('"x"') }],
    });
    const { from, to } = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
    const web = { from, to: to.map(({ account, regions }) => ({ account, regions })) };
    const unpublished = new Stage({ ...TWO_ACCOUNTS, images: { web } }, {}, "plain");
    await expect(back(unpublished)).rejects.toMatchObject({ code: "ConfigurationInvalid" });
  });

  it("can be previewed, which changes nothing", async () => {
    const stage = await carriedTwice();
    stage.cloud.calls.length = 0;
    const plan = await planRollback(look(stage), { rule: "web" });
    expect(plan).toMatchObject({ showing: stage.imageId, refusals: [] });
    expect(plan.destinations.map(({ goesBackTo }) => goesBackTo)).toEqual([
      copyOf(stage, "web-1").view.id,
      copyOf(stage, "web-1", "staging", "eu-west-1").view.id,
    ]);
    expect(stage.cloud.calls.filter((call) => !/^(Describe|Get|List)/.test(call))).toEqual([]);
  });
});
