import { LINEAGE_TAGS } from "../../../topology";
import { expectCarried } from "../fake-aws/expectations";
import { Stage } from "../fake-aws/stage";

describe("publishing", () => {
  it("fails, and keeps the old image published, when the image never appears in the parameter", async () => {
    const stage = new Stage(undefined, { validateSeconds: 100_000 });
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs[0]?.reason).toContain(
      "/images/web in 222222222222 eu-central-1 does not show",
    );
    expect(stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")).toBeUndefined();
  });

  it("happens only after the copy is proved", async () => {
    const stage = new Stage();
    await stage.run({
      listener: (event) => {
        if (event.code !== "CopyStarted" || !event.node.includes("prod")) return;
        const copy = stage.cloud.image(event.imageId);
        stage.cloud.snapshotsOf(copy).forEach((snapshot) => (snapshot.view.encrypted = false));
      },
    });
    expect(stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")).toBeUndefined();
    const staging = stage.cloud.registered(stage.place("staging", "eu-west-1"))[0];
    expect(stage.cloud.shown(stage.place("staging", "eu-west-1"), "/images/web")).toBe(staging?.view.imageId);
    expect(staging?.view.tags[LINEAGE_TAGS.role]).toBe("final");
  });

  it("does not happen once the run has been interrupted, or has lost its lease", async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const { state } = await stage.run({
      signal: stop.signal,
      listener: (event) => event.code === "CopyVerified" && stop.abort(),
    });
    expect(state).toBe("interrupted");
    expect(stage.cloud.calls.some((call) => call.startsWith("PutParameter 222222222222"))).toBe(false);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("leaves lineage tags on the parameter, whoever has made it", async () => {
    const stage = new Stage();
    const theirs = stage.place("prod", "eu-central-1");
    const ours = stage.place("staging", "eu-west-1");
    await stage.cloud
      .access()
      .parameters(theirs)
      .put({ name: "/images/web", value: "none", dataType: "text", overwrite: false, tags: { team: "x" } });
    await stage.run();
    const lineage = { [LINEAGE_TAGS.topology]: "acme", [LINEAGE_TAGS.role]: "published" };
    const tagsIn = ({ account, region }: typeof ours) =>
      stage.cloud.parameterTags.get(`${account.id}/${region} /images/web`);
    expect(tagsIn(theirs)).toEqual({ team: "x", ...lineage });
    expect(tagsIn(ours)).toEqual(lineage);
  });
});
