import { plan } from "../../../scripts/commands/plan";
import { status } from "../../../scripts/commands/status";
import { verify } from "../../../scripts/commands/verify";
import { Stage } from "../fake-aws/stage";

const look = (stage: Stage) => ({ topology: stage.topology, aws: stage.cloud.access() });

describe("plan", () => {
  it("shows what would be copied, why, and how much data crosses Regions", async () => {
    const stage = new Stage();
    const { rules, crossRegionGiB } = await plan(look(stage), []);
    expect(rules[0]?.because).toContain("AWS managed key, which cannot be shared");
    expect(rules[0]?.copies.map((copy) => [copy.role, copy.action, copy.crossRegionGiB])).toEqual([
      ["transit", "copy", 0],
      ["final", "copy", 32],
      ["final", "copy", 0],
    ]);
    expect(crossRegionGiB).toBe(32);
  });

  it("would only verify if everything exists", async () => {
    const stage = new Stage();
    await stage.run();
    const { rules, crossRegionGiB } = await plan(look(stage), []);
    expect(rules[0]?.copies.map((copy) => copy.action)).toEqual(["none", "verify", "verify"]);
    expect(crossRegionGiB).toBe(0);
  });

  it("changes nothing", async () => {
    const stage = new Stage();
    await plan(look(stage), []);
    const changes = stage.cloud.calls.filter((call) => !/^(Describe|Get|List)/.test(call));
    expect(changes).toEqual([]);
  });
});

describe("status", () => {
  it("names the run that holds the lease, and the last run of the journal", async () => {
    const stage = new Stage();
    let seen: Awaited<ReturnType<typeof status>> | undefined;
    await stage.run({
      listener: (event) => {
        if (event.code !== "CopyStarted" || seen !== undefined) return;
        void status(look(stage), stage.foundation(), stage.journal).then((found) => (seen = found));
      },
    });
    expect(seen?.rules[0]?.lease).toMatchObject({ owner: { run: "run-1" }, expired: false });
    expect(seen?.lastRun).toMatchObject({ run: "run-1", ended: false });
    const after = await status(look(stage), stage.foundation(), stage.journal);
    expect(after.rules[0]?.lease).toBeUndefined();
    expect(after.lastRun).toMatchObject({ run: "run-1", ended: true });
  });
});

describe("verify", () => {
  async function carried(): Promise<Stage> {
    const stage = new Stage();
    await stage.run();
    return stage;
  }

  function copyOf(stage: Stage) {
    const [copy] = stage.cloud.registered(stage.place("prod", "eu-central-1"));
    const [snapshot] = copy === undefined ? [] : stage.cloud.snapshotsOf(copy);
    if (copy === undefined || snapshot === undefined) throw new TypeError("no copy");
    return { copy, snapshot };
  }

  it("verifies the result of a run", async () => {
    const found = await verify(look(await carried()));
    expect(found.ok).toBe(true);
    expect(found.jobs.map((job) => [job.job, job.snapshots, job.sizeGiB])).toEqual([
      ["web -> prod eu-central-1", 3, 32],
      ["web -> staging eu-west-1", 3, 32],
    ]);
  });

  it("reports that no copy exists before the first run", async () => {
    const found = await verify(look(new Stage()));
    expect(found.ok).toBe(false);
    expect(found.jobs[0]?.wrong[0]).toContain("no copy of");
  });

  it.each<[string, (stage: Stage) => void, string]>([
    [
      "a snapshot under another key",
      (stage) => void (copyOf(stage).snapshot.view.keyArn = "arn:aws:kms:other"),
      "is under arn:aws:kms:other",
    ],
    [
      "an unencrypted snapshot",
      (stage) => void (copyOf(stage).snapshot.view.encrypted = false),
      "is not encrypted",
    ],
    [
      "a snapshot of another size",
      (stage) => void (copyOf(stage).snapshot.view.sizeGiB = 1),
      "has 1 GiB instead of 8 GiB",
    ],
    [
      "a missing lineage tag",
      (stage) => void (copyOf(stage).snapshot.view.tags = {}),
      "lacks the tag keyferry:role=final",
    ],
    [
      "a missing tag",
      (stage) => {
        const { view } = copyOf(stage).copy;
        view.tags = { ...view.tags, team: "other" };
      },
      "source platform, copy other, fix: run again",
    ],
    [
      "another boot mode",
      (stage) =>
        void (copyOf(stage).copy.view.attributes = { architecture: "x86_64", "boot mode": "legacy-bios" }),
      "source uefi, copy legacy-bios, fix: deregister the copy",
    ],
    [
      "another volume type",
      (stage) => {
        const { view } = copyOf(stage).copy;
        view.volumes = view.volumes.map((volume) => ({ ...volume, settings: { "volume type": "gp2" } }));
      },
      "/dev/xvda: source gp3, copy gp2",
    ],
    [
      "another order of devices",
      (stage) => {
        const { view } = copyOf(stage).copy;
        view.devices = [...view.devices].reverse();
      },
      "source /dev/xvda, /dev/sdf, /dev/sdg, copy /dev/sdg, /dev/sdf, /dev/xvda",
    ],
    ["a public copy", (stage) => void (copyOf(stage).copy.view.isPublic = true), "is public"],
    [
      "a parameter that shows something else",
      (stage) =>
        void stage.cloud.parameters.set("222222222222/eu-central-1 /images/web", [
          { value: "ami-x", shownAt: 0 },
        ]),
      "shows ami-x instead of",
    ],
  ])("finds %s", async (_name, damage, text) => {
    const stage = await carried();
    damage(stage);
    const found = await verify(look(stage));
    expect(found.ok).toBe(false);
    expect(found.jobs[0]?.wrong.join()).toContain(text);
    expect(found.jobs[1]?.wrong).toEqual([]);
  });

  it("finds a remaining share and a remaining transit copy", async () => {
    const stage = await carried();
    stage.cloud.image(stage.imageId).view.tags = {
      "keyferry:shared-with:acme/web": `${stage.imageId} 222222222222`,
    };
    const transit = stage.cloud.addCopy(stage.source, "left", {
      "keyferry:topology": "acme",
      "keyferry:role": "transit",
      "keyferry:node": "web/transit/builder/eu-west-1",
    });
    const found = await verify(look(stage));
    expect(found.ok).toBe(false);
    expect(found.leftovers).toEqual([
      `${stage.imageId} is still shared with 222222222222`,
      `the transit copy ${transit} still exists in 111111111111 eu-west-1`,
      expect.stringMatching(
        /^the snapshot snap-\w+ of a transit copy still exists in 111111111111 eu-west-1$/,
      ),
    ]);
  });
});
