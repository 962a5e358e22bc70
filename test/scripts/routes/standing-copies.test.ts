import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** What a run makes of copies that it finds, or that end otherwise than well. */
describe("a copy that somebody has disabled", () => {
  it("fails its job with what to do, and is neither removed nor made anew", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    await stage.run();
    const place = stage.place("staging", "eu-west-1");
    const [copy] = stage.cloud.registered(place);
    if (copy === undefined) throw new TypeError("no copy");
    copy.view.state = "disabled";
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    const [prod, staging] = manifest.images[0]?.jobs ?? [];
    expect(prod?.state).toBe("done");
    expect(staging?.reason).toContain(`${copy.view.imageId} in 333333333333 eu-west-1 is disabled`);
    expect(staging?.reason).toContain("enable");
    expect(stage.cloud.registered(place)).toEqual([copy]);

    copy.view.state = "available";
    expect((await stage.run()).state).toBe("done");
  });
});
