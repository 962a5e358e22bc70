import { PreflightRefused, type Refusal } from "../../../scripts/engine/errors";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { examine } from "../../../scripts/commands/examine";
import { plan } from "../../../scripts/commands/plan";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

async function refusals(stage: Stage): Promise<readonly Refusal[]> {
  const before = JSON.stringify([stage.cloud.images, stage.cloud.snapshots, [...stage.cloud.parameters]]);
  const planned = await plan({ topology: stage.topology, aws: stage.cloud.access() }, []);
  const refused: unknown = await stage.run().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PreflightRefused);
  expect((refused as PreflightRefused).refusals).toEqual(planned.refusals);
  expect(JSON.stringify([stage.cloud.images, stage.cloud.snapshots, [...stage.cloud.parameters]])).toBe(
    before,
  );
  expect(stage.journal).toEqual([]);
  return planned.refusals;
}

describe("the preflight", () => {
  it("refuses nothing if everything is correct", async () => {
    const stage = new Stage();
    expect((await plan({ topology: stage.topology, aws: stage.cloud.access() }, [])).refusals).toEqual([]);
  });

  it("refuses with all reasons together, and writes nothing", async () => {
    const stage = new Stage();
    stage.cloud.closedAccounts.add("333333333333");
    stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
    stage.cloud.image(stage.imageId).view.marketplaceCodes = ["abc"];
    const found = await refusals(stage);
    expect(found.map((refusal) => refusal.account ?? refusal.subject)).toEqual([
      "333333333333",
      "web",
      "222222222222",
    ]);
    expect(found[0]?.what).toContain("AssumeRole");
    expect(found[1]?.what).toContain("Marketplace product codes abc");
    expect(found[2]?.fix).toContain("npx keyferry deploy 'foundation-*'");
  });

  it("also refuses under the lease, if another run pinned an image that no longer exists, and pins nothing", async () => {
    const web = TWO_ACCOUNTS.images["web"];
    const api = { ...web, from: { account: "builder", region: "eu-west-1", newest: { name: "api-*" } } };
    const stage = new Stage({ ...TWO_ACCOUNTS, images: { web, api: { ...api, publishTo: "/images/api" } } });
    stage.makeImage("api-1", "plain");
    const intent = JSON.stringify({ run: "other", startedAt: "2026-01-01", sourceImageId: "ami-gone" });
    const refused: unknown = await stage
      .run({
        listener: ({ code }) =>
          code === "RunStarted" &&
          stage.cloud.parameters.set("111111111111/eu-west-1 /keyferry/acme/web/intent", [
            { value: intent, shownAt: 0 },
          ]),
      })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      refusals: [{ subject: "web", fix: expect.stringContaining("--repin") }],
    });
    const books = [...stage.cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"));
    expect(books).toEqual(["111111111111/eu-west-1 /keyferry/acme/web/intent"]);
  });

  it("refuses when no image matches", async () => {
    const images = {
      web: {
        ...TWO_ACCOUNTS.images["web"],
        from: { account: "builder", region: "eu-west-1", newest: { name: "db-*" } },
      },
    };
    const found = await refusals(new Stage({ ...TWO_ACCOUNTS, images }));
    expect(found.map((refusal) => refusal.what)).toEqual([
      'account 111111111111 eu-west-1 owns no available image whose name matches "db-*"',
    ]);
  });

  const [prod, staging] = TWO_ACCOUNTS.images["web"]?.to ?? [];
  const ruleOf = (name: string, to: typeof prod) => ({
    from: { account: "builder", region: "eu-west-1", newest: { name } },
    to: to === undefined ? [] : [{ account: to.account, regions: to.regions }],
  });

  it("refuses two images that would have one name in one place, names their rules and the fix", async () => {
    const images = { web: ruleOf("web-*", prod), site: ruleOf("*-1", prod), other: ruleOf("web-?", staging) };
    const found = await refusals(new Stage({ ...TWO_ACCOUNTS, images }, {}, "plain"));
    expect(found).toEqual([
      {
        subject: "site -> prod eu-central-1",
        what: expect.stringMatching(
          /^its copy and that of web would both be named "web-1" in account 222222222222 eu-central-1, .*: both copy ami-\d+$/,
        ),
        fix: "remove prod eu-central-1 from images.web.to or images.site.to",
      },
    ]);
  });

  it("refuses images of one name from different Regions for the same place", async () => {
    const elsewhere = {
      ...ruleOf("web-*", prod),
      from: { account: "builder", region: "us-east-1", newest: { name: "web-*" } },
    };
    const stage = new Stage(
      { ...TWO_ACCOUNTS, images: { web: ruleOf("web-*", prod), far: elsewhere } },
      {},
      "plain",
    );
    stage.cloud.addImage(stage.place("builder", "us-east-1"), "web-1", [
      { deviceName: "/dev/xvda", sizeGiB: 8 },
    ]);
    const found = await refusals(stage);
    expect(found).toHaveLength(1);
    expect(found[0]?.what).toMatch(
      /ami-\d+ of builder eu-west-1 and ami-\d+ of builder us-east-1 have that name$/,
    );
    expect(found[0]?.fix).toMatch(
      /^create one of the source images with another name, give one of the rules another copyName, or remove/,
    );
  });

  it("refuses a snapshot under a customer managed key that the topology does not list", async () => {
    const stage = new Stage();
    const foreign = stage.cloud.addKey(stage.source, "alias/secret", {
      Version: "2012-10-17",
      Statement: [],
    });
    const [snapshot] = stage.cloud.snapshotsOf(stage.cloud.image(stage.imageId));
    if (snapshot !== undefined) snapshot.view.keyArn = foreign;
    const found = await refusals(stage);
    expect(found).toHaveLength(1);
    expect(found[0]?.fix).toContain('add "alias/secret" to images.web.from.keys');
    expect(found[0]?.what).toContain(
      `is under the key alias/secret (${foreign}), which images.web.from.keys does not list`,
    );
  });

  describe("refuses a name that exists in the destination, before a transit copy is made,", () => {
    const taken = async (prepare: (stage: Stage) => void) => {
      const stage = new Stage();
      prepare(stage);
      const found = await refusals(stage);
      expect(stage.cloud.calls.filter((call) => call.startsWith("CopyImage"))).toEqual([]);
      const doctor = await examine(
        { topology: stage.topology, aws: stage.cloud.access() },
        stage.foundation(),
        AWS_SETTINGS,
      );
      const failed = doctor.findings.filter(({ check, state }) => check === "names" && state === "failed");
      expect(failed.map(({ what }) => what)).toEqual(found.map(({ what }) => what));
      return found;
    };
    const volumes = [{ deviceName: "/dev/xvda", sizeGiB: 8 }];

    it("of another team's image", async () => {
      const found = await taken((stage) => {
        stage.cloud.addImage(stage.place("prod", "eu-central-1"), "web-1", volumes);
      });
      expect(found).toMatchObject([
        {
          subject: "web -> prod eu-central-1",
          account: "222222222222",
          what: expect.stringMatching(/has another image with the name "web-1" in eu-central-1: ami-\d+$/),
          fix: expect.stringContaining("must deregister"),
        },
      ]);
    });

    it("in all destinations together", async () => {
      const found = await taken((stage) => {
        stage.cloud.addImage(stage.place("prod", "eu-central-1"), "web-1", volumes);
        stage.cloud.addImage(stage.place("staging", "eu-west-1"), "web-1", volumes);
      });
      expect(found.map(({ account }) => account)).toEqual(["222222222222", "333333333333"]);
    });

    it("but not the name of its own copy, or of an image in another Region or account", async () => {
      const stage = new Stage();
      stage.cloud.addImage(stage.place("prod", "eu-west-1"), "web-1", volumes);
      stage.cloud.addImage(stage.place("staging", "eu-central-1"), "web-1", volumes);
      expect((await stage.run()).state).toBe("done");
      expect((await stage.run()).state).toBe("done");
    });
  });

  it("refuses a disabled key, and names its account", async () => {
    const stage = new Stage();
    const key = stage.cloud.keys.get(stage.keyArn(stage.source, "alias/keyferry/acme/transit"));
    if (key !== undefined) key.state = "Disabled";
    const found = await refusals(stage);
    expect(found.map((refusal) => [refusal.account, refusal.what.includes("is Disabled")])).toEqual([
      ["111111111111", true],
    ]);
  });

  it("refuses an archived snapshot, and reports how long the restore may take", async () => {
    const stage = new Stage();
    const [snapshot] = stage.cloud.snapshotsOf(stage.cloud.image(stage.imageId));
    if (snapshot !== undefined) snapshot.view.archived = true;
    const found = await refusals(stage);
    expect(found.map(({ account, what }) => [account, what.includes("is archived")])).toEqual([
      ["111111111111", true],
    ]);
    expect(found[0]?.fix).toContain("72 hours");
  });

  it("refuses an image that is selected by its id and not available", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    stage.cloud.image(stage.imageId).view.state = "pending";
    const from = { account: "builder", region: "eu-west-1", imageId: stage.imageId };
    expect(from.imageId).toMatch(/^ami-\d{8}$/);
    const named = new Stage(
      { ...TWO_ACCOUNTS, images: { web: { ...TWO_ACCOUNTS.images["web"], from } } },
      {},
      "plain",
    );
    named.cloud.image(named.imageId).view.state = "pending";
    named.cloud.image(named.imageId).view.id = stage.imageId;
    const found = await refusals(named);
    expect(found.map((refusal) => refusal.what)).toEqual([
      `${stage.imageId} is pending; only an available image can be copied`,
    ]);
  });
});
