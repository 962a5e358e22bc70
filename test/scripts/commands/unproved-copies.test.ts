import { planText } from "../../../scripts/report/plan-text";
import { statusText } from "../../../scripts/report/result-text";
import { plan } from "../../../scripts/commands/plan";
import { status } from "../../../scripts/commands/status";
import { selectJobs } from "../../../topology";
import { Stage } from "../fake-aws/stage";

const look = (stage: Stage) => ({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });

/** Copies that version 0.1 made through a transit copy: their tags do not name their direct source. */
async function carriedByFirstVersion() {
  const stage = new Stage();
  await stage.run();
  const places = [stage.place("prod", "eu-central-1"), stage.place("staging", "eu-west-1")];
  const copies = places.flatMap((place) => stage.cloud.registered(place)).filter(isFinal);
  for (const { view } of copies)
    view.tags = Object.fromEntries(
      Object.entries(view.tags).filter(([key]) => key !== "keyferry:parent-image"),
    );
  return { stage, copies };
}

function isFinal({ view }: { readonly view: { readonly tags: Readonly<Record<string, string>> } }): boolean {
  return view.tags["keyferry:role"] === "final";
}

/** Deregisters the source image and makes a new one. */
function next(stage: Stage): void {
  stage.cloud.image(stage.imageId).registered = false;
  stage.makeImage("web-2", "mixed");
}

describe("copies of version 0.1 whose source image no longer exists", () => {
  it("are reported by plan and status, in one line with the meaning and the fix", async () => {
    const { stage, copies } = await carriedByFirstVersion();
    next(stage);
    const { unproved } = await plan(look(stage), []);
    expect(unproved).toEqual(
      copies.map(({ view, place }) => ({
        imageId: view.id,
        account: place.account.id,
        region: place.region,
        rule: "web",
        source: stage.imageId,
      })),
    );
    const [prod, staging] = copies.map(({ view }) => view.id);
    const lines = [
      `2 images carry the tags of copies that version 0.1 made, but their source image, which would prove it, no longer exists (${prod} in 222222222222 eu-central-1; ${staging} in 333333333333 eu-west-1): Keyferry does not publish, count or remove images without that proof`,
      "  fix: deregister those that you created and that nothing uses, in the account that owns them; the others can stay",
    ];
    const columns = 1000;
    expect(planText(await plan(look(stage), []), { columns }).split("\n")).toEqual(
      expect.arrayContaining(lines),
    );
    const seen = await status(look(stage), stage.foundation(), []);
    expect(statusText(seen, { columns }).split("\n")).toEqual(expect.arrayContaining(lines));
  });

  it("are reported by a plan only for the selected copy jobs", async () => {
    const { stage } = await carriedByFirstVersion();
    next(stage);
    const only = selectJobs(stage.topology, ["staging"]);
    const { unproved } = await plan({ ...look(stage), only }, []);
    expect(unproved.map(({ account }) => account)).toEqual(["333333333333"]);
  });

  it("are not changed by the run that carries the next image", async () => {
    const { stage, copies } = await carriedByFirstVersion();
    next(stage);
    const before = structuredClone(copies.map(({ view }) => view));
    expect((await stage.run()).state).toBe("done");
    expect(copies.map(({ view }) => view)).toEqual(before);
    expect((await plan(look(stage), [])).unproved).toHaveLength(2);
  });

  it("do not prevent a plan if they cannot be read", async () => {
    const { stage } = await carriedByFirstVersion();
    next(stage);
    stage.cloud.closedAccounts.add("222222222222");
    const { unproved } = await plan(look(stage), []);
    expect(unproved.map(({ account }) => account)).toEqual(["333333333333"]);
  });
});

describe("the report does not include a copy", () => {
  it("while its source image exists, whose name proves it", async () => {
    const { stage } = await carriedByFirstVersion();
    const planned = await plan(look(stage), []);
    expect(planned.unproved).toEqual([]);
    expect(planned.counts).toMatchObject({ stand: 2, copy: 0 });
    expect(planText(planned)).not.toContain("version 0.1");
  });

  it("of another team with another name, while the source image exists", async () => {
    const { stage, copies } = await carriedByFirstVersion();
    for (const { view } of copies) view.name = "theirs";
    expect((await plan(look(stage), [])).unproved).toEqual([]);
  });

  it("of this version, regardless of whether its source image exists", async () => {
    const stage = new Stage();
    await stage.run();
    next(stage);
    expect((await plan(look(stage), [])).unproved).toEqual([]);
  });
});
