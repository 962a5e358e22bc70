import { ownRecord } from "../../../scripts/engine/share-record";
import { Bomb } from "../fake-aws/bomb";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** A stage on which one destination cannot copy until it is fixed. */
function broken() {
  const stage = new Stage();
  const home = stage.cloud.keys.get(
    stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
  );
  if (home === undefined) throw new TypeError("no key");
  const { policy } = home;
  home.policy = { Version: "2012-10-17", Statement: [] };
  return { stage, mend: () => void (home.policy = policy) };
}

/** The transit copy that is kept for the next run, with the shares of it and of its snapshots. */
function transitOf(stage: Stage) {
  const found = stage.cloud
    .registered(stage.source)
    .find(({ view }) => view.tags["keyferry:role"] === "transit");
  if (found === undefined) throw new TypeError("no transit copy");
  const snapshots = stage.cloud.snapshotsOf(found);
  return {
    sharedWith: [found.launchPermissions, ...snapshots.map((one) => one.createVolumePermissions)].flat(),
    recorded: ownRecord(found.view.tags, () => true).accounts,
  };
}

describe("a transit copy that is kept because a destination failed", () => {
  it("is not shared after the next failed run either", async () => {
    const { stage, mend } = broken();
    for (let run = 1; run <= 3; run += 1) {
      expect((await stage.run()).state).toBe("failed");
      expect(transitOf(stage)).toEqual({ sharedWith: [], recorded: [] });
    }
    mend();
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("is shared only with recorded accounts, wherever the next run is killed", async () => {
    const whole = broken();
    await whole.stage.run();
    const bomb = new Bomb();
    await whole.stage.run({ bomb });
    for (let at = 1; at <= bomb.ticks; at += 9) {
      const { stage, mend } = broken();
      await stage.run();
      await stage.run({ bomb: new Bomb(at) }).catch(() => undefined);
      const { sharedWith, recorded } = transitOf(stage);
      expect(recorded).toEqual(expect.arrayContaining(sharedWith));
      mend();
      expect((await stage.run()).state).toBe("done");
      expectCarried(stage);
    }
  });

  it("is shared with an account that was added to the topology, and withdrawn from it too", async () => {
    const { stage } = broken();
    const web = TWO_ACCOUNTS.images["web"];
    if (web === undefined) throw new TypeError("no rule");
    const [prod] = web.to;
    if (prod === undefined) throw new TypeError("no destination");
    const fewer = new Stage({ ...TWO_ACCOUNTS, images: { web: { ...web, to: [prod] } } });
    const { topology } = stage;
    Object.defineProperty(stage, "topology", { value: fewer.topology, configurable: true });
    await stage.run();
    Object.defineProperty(stage, "topology", { value: topology });
    expect((await stage.run()).state).toBe("failed");
    expect(transitOf(stage)).toEqual({ sharedWith: [], recorded: [] });
  });
});
