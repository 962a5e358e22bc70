import type { Clock } from "../../../scripts/engine/clock";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { clean } from "../../../scripts/commands/clean";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** The clock of a machine whose time is wrong. */
function wrongClock(stage: Stage, hours: number): Clock {
  const now = () => new Date(stage.clock.now().getTime() + hours * 3600_000);
  return new Proxy<Clock>(stage.clock, {
    get: (clock, name: keyof Clock) => (name === "now" ? now : clock[name].bind(clock)),
  });
}

function tidy(stage: Stage) {
  return clean({
    topology: stage.topology,
    aws: stage.cloud.access(),
    foundation: stage.foundation(),
    clock: stage.clock,
    settings: AWS_SETTINGS,
    keeper: {
      me: { host: "desk", pid: 99, run: "clean" },
      clock: stage.clock,
      settings: AWS_SETTINGS,
      isAlive: () => false,
    },
    listener: () => undefined,
    signal: new AbortController().signal,
    apply: true,
  });
}

const started = (stage: Stage) =>
  stage.events.filter((event) => event.code === "CopyStarted" && event.node.includes("/final/prod/"));

/** What happens to the failed copy of an attempt. */
const FATES: readonly (readonly [string, (stage: Stage) => Promise<unknown>])[] = [
  ["clean removed them", tidy],
  ["the next run removed them", () => Promise.resolve()],
  [
    "a user deregistered them",
    async (stage) => {
      const place = stage.place("prod", "eu-central-1");
      const images = stage.cloud.access().images(place);
      for (const { view } of stage.cloud.registered(place)) await images.deregisterImage(view.id, true);
    },
  ],
  [
    "a user removed their tags, and then the copies",
    async (stage) => {
      const place = stage.place("prod", "eu-central-1");
      for (const image of stage.cloud.registered(place)) image.view.tags = {};
      const images = stage.cloud.access().images(place);
      for (const { view } of stage.cloud.registered(place)) await images.deregisterImage(view.id, true);
    },
  ],
];

describe.each(FATES)("a job whose attempts all failed, and %s,", (_fate, remove) => {
  it.each([
    ["right", 0],
    ["ten days ahead", 240],
    ["ten days behind", -240],
  ])(
    "is copied after its key is fixed, by another machine without a journal whose clock is %s",
    async (_clock, hours) => {
      const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
      const home = stage.cloud.keys.get(
        stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
      );
      if (home === undefined) throw new TypeError("no key");
      const { policy } = home;
      home.policy = { Version: "2012-10-17", Statement: [] };
      for (let failed = 1; failed <= 12; failed += 1) {
        expect((await stage.run({ clock: wrongClock(stage, hours) })).state).toBe("failed");
        await remove(stage);
        stage.clock.advance(3600);
      }
      // Each run made one copy, which was enough to detect the failure.
      const tokens = new Set(started(stage).map((event) => "imageId" in event && event.imageId));
      expect(tokens.size).toBe(12);
      home.policy = policy;
      expect((await stage.run({ clock: wrongClock(stage, hours) })).state).toBe("done");
      expectCarried(stage);
    },
  );
});

it("a copy that a user deregisters repeatedly is made again by each run", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  const place = stage.place("prod", "eu-central-1");
  for (let time = 0; time < 8; time += 1) {
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
    const images = stage.cloud.access().images(place);
    for (const { view } of stage.cloud.registered(place)) await images.deregisterImage(view.id, true);
  }
});
