import type { Clock } from "../../../scripts/engine/clock";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** A machine whose clock is ahead of AWS's. */
function withClockAhead(stage: Stage, seconds: number): void {
  const { clock } = stage;
  const ahead: Clock = {
    now: () => new Date(clock.now().getTime() + seconds * 1000),
    sleep: (pause, signal) => clock.sleep(pause, signal),
  };
  Object.defineProperty(stage, "clock", { value: ahead });
}

describe("a copy that fails", () => {
  it("is made once and told with AWS's reason, also by a machine whose clock is ahead", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    const place = stage.place("staging", "eu-west-1");
    const home = stage.cloud.keys.get(stage.keyArn(place, "alias/keyferry/acme/home"));
    if (home === undefined) throw new TypeError("no key");
    home.policy = { Version: "2012-10-17", Statement: [] };
    withClockAhead(stage, 120);
    const { manifest } = await stage.run();
    expect(stage.cloud.calls.filter((call) => call === "CopyImage 333333333333/eu-west-1")).toHaveLength(1);
    expect(manifest.images[0]?.jobs[1]?.reason).toContain("Given key ID is not accessible");
  });
});

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
