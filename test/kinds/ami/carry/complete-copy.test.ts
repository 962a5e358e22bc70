import type { TopologyInput } from "../../../../topology";
import type { FakeImage } from "../../../scripts/fake-aws/fake-cloud";
import { Stage, TWO_ACCOUNTS } from "../../../scripts/fake-aws/stage";

const SOON = "2026-06-01T00:00:00.000Z";
const LONG_AGO = "2025-01-01T00:00:00.000Z";

/** A source with all properties that CopyImage does not copy. */
function furnished(image: Partial<NonNullable<TopologyInput["images"]>[string]> = {}): Stage {
  const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
  const [prod, staging] = web.to;
  if (prod === undefined || staging === undefined) throw new TypeError("two destinations");
  const to = [prod, { ...staging, deregistrationProtection: "with-cooldown" as const }];
  const stage = new Stage({ ...TWO_ACCOUNTS, images: { web: { ...web, to, ...image } } });
  const { view } = stage.cloud.image(stage.imageId);
  view.tags = { Name: "web", team: "builders", "keyferry:note": "ours" };
  view.description = "nightly";
  view.deprecationTime = SOON;
  view.attributes = { ...view.attributes, "IMDS support": "v2.0" };
  stage.cloud.snapshotsOf(stage.cloud.image(stage.imageId)).forEach(({ view: snapshot }, index) => {
    snapshot.tags = { Name: `disk ${index}`, team: "disks" };
  });
  return stage;
}

function copyIn(stage: Stage, account: string, region: string): FakeImage {
  const [copy] = stage.cloud.registered(stage.place(account, region));
  if (copy === undefined) throw new TypeError("no copy");
  return copy;
}

const userTags = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("keyferry:")));

describe("a copy", () => {
  it("gets the tags of the image and of each snapshot; tags of the topology win", async () => {
    const stage = furnished();
    expect((await stage.run()).state).toBe("done");
    const copy = copyIn(stage, "prod", "eu-central-1");
    expect(userTags(copy.view.tags)).toEqual({ Name: "web", team: "platform" });
    expect(stage.cloud.snapshotsOf(copy).map(({ view }) => userTags(view.tags))).toEqual(
      [0, 1, 2].map((index) => ({ Name: `disk ${index}`, team: "platform" })),
    );
    expect(copy.view.tags).not.toHaveProperty("keyferry:note");
  });

  it("gets only the topology's tags if carryTags is false", async () => {
    const stage = furnished({ carryTags: false });
    await stage.run();
    const copy = copyIn(stage, "prod", "eu-central-1");
    const all = [copy.view, ...stage.cloud.snapshotsOf(copy).map(({ view }) => view)];
    for (const { tags } of all) expect(userTags(tags)).toEqual({ team: "platform" });
  });

  it("gets its source's deprecation and description, and is protected only if the topology requires it", async () => {
    const stage = furnished();
    await stage.run();
    const prod = copyIn(stage, "prod", "eu-central-1").view;
    const staging = copyIn(stage, "staging", "eu-west-1").view;
    expect([prod.deprecationTime, prod.description]).toEqual([SOON, "nightly"]);
    expect(prod.deregistrationProtection).toBe("disabled");
    expect(staging.deregistrationProtection).toBe("enabled-with-cooldown");
  });

  it("cannot get a deprecation time in the past, and is verified nevertheless", async () => {
    const stage = furnished();
    stage.cloud.image(stage.imageId).view.deprecationTime = LONG_AGO;
    expect((await stage.run()).state).toBe("done");
    expect(copyIn(stage, "prod", "eu-central-1").view.deprecationTime).toBeUndefined();
  });

  it("is corrected by the next run when its tags, description or IMDS support have changed", async () => {
    const stage = furnished();
    await stage.run();
    const copy = copyIn(stage, "prod", "eu-central-1");
    copy.view.tags = { ...copy.view.tags, team: "changed", extra: "stays" };
    copy.view.description = "other";
    copy.view.attributes = { architecture: "x86_64", "boot mode": "uefi" };
    stage.events.length = 0;
    expect((await stage.run()).state).toBe("done");
    expect(stage.events.filter(({ code }) => code === "CopyCompleted")).toMatchObject([
      { node: "web/final/prod/eu-central-1", set: ["tag team", "description", "IMDS support"] },
    ]);
    expect(copy.view).toMatchObject({ description: "nightly", tags: { team: "platform", extra: "stays" } });
    expect(copy.view.attributes["IMDS support"]).toBe("v2.0");
  });

  it("needs no additional call when nothing is left to set", async () => {
    const stage = furnished();
    await stage.run();
    stage.cloud.calls.length = 0;
    await stage.run();
    const writes = /^(CreateTags|ModifyImage|EnableImage)/;
    expect(stage.cloud.calls.filter((call) => writes.test(call))).toEqual([]);
  });

  it("is not started if it would have more tags than EC2 accepts", async () => {
    const stage = furnished();
    const many = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`tag-${index}`, "x"]));
    stage.cloud.image(stage.imageId).view.tags = many;
    await expect(stage.run()).rejects.toMatchObject({
      code: "PreflightRefused",
      refusals: [
        {
          subject: "web",
          what: expect.stringMatching(/would have 5\d tags/),
          fix: expect.stringContaining("carryTags"),
        },
      ],
    });
    expect(stage.cloud.calls.filter((call) => call.startsWith("CopyImage"))).toEqual([]);
  });
});
