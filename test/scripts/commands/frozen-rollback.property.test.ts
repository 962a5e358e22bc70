import { rollback } from "../../../scripts/commands/rollback";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Freezer, type FrozenWhen } from "../fake-aws/freezer";
import { pictureOf } from "../fake-aws/picture";
import { Stage } from "../fake-aws/stage";
import { QUIET_SECONDS, whileFrozen } from "../fake-aws/while-frozen";

const WHEN: readonly FrozenWhen[] = ["before", "late", "after"];
const MACHINE = { aheadSeconds: -3600, isSuspended: true };

function back(stage: Stage, run: string, freezer?: Freezer): Promise<string> {
  const aws = stage.cloud.access();
  const clock = freezer?.clock ?? stage.clock;
  return rollback({
    topology: stage.topology,
    aws: freezer?.around(aws) ?? aws,
    clock,
    settings: AWS_SETTINGS,
    journal: { past: [], append: () => undefined },
    keeper: { me: { host: run, pid: 1, run }, clock, settings: AWS_SETTINGS, isAlive: () => true },
    listener: () => undefined,
    signal: new AbortController().signal,
    request: { rule: "web" },
  }).then(
    ({ state }) => state,
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}

async function carry(stage: Stage, name: string): Promise<void> {
  stage.makeImage(name, "plain");
  expect((await stage.run({ isAlive: () => true })).state).toBe("done");
}

/** What happens while the rollback is frozen. */
const MEANWHILE: readonly (readonly [string, (stage: Stage) => Promise<void>])[] = [
  ["a run publishes a newer image", (stage) => carry(stage, "web-3")],
  [
    "the same rollback is made from another machine",
    async (stage) => expect(await back(stage, "other")).toBe("done"),
  ],
  [
    "a run publishes a newer image, and a rollback of that is made",
    async (stage) => {
      await carry(stage, "web-3");
      expect(await back(stage, "other")).toBe("done");
    },
  ],
];

/** With and without an existing rollback, of an image that is no longer published. */
const BEFORE = ["nothing is held back", "the last image is held back already"] as const;

describe.each(BEFORE)("a frozen rollback, if %s,", (before) => {
  async function prepared(): Promise<Stage> {
    const stage = new Stage(undefined, { lagSeconds: 5 }, "plain");
    await stage.run();
    await carry(stage, "web-2");
    if (before !== BEFORE[0]) expect(await back(stage, "earlier")).toBe("done");
    return stage;
  }

  async function callsOfARollback(): Promise<number> {
    const stage = await prepared();
    const freezer = new Freezer(0, "before", stage.clock, MACHINE);
    expect(await back(stage, "first", freezer)).toBe("done");
    return freezer.calls.length;
  }

  it.each(MEANWHILE)("changes nothing when it wakes after %s", async (_, meanwhile) => {
    const calls = await callsOfARollback();
    expect(calls).toBeGreaterThan(2);
    // The first change takes the lease; before that there is no lease to lose, and it goes back from what is published when it wakes.
    for (let at = 2; at <= calls; at += 1) {
      for (const when of WHEN) {
        const stage = await prepared();
        const freezer = new Freezer(at, when, stage.clock, MACHINE);
        const ended = back(stage, "first", freezer);
        const left = await whileFrozen(stage, freezer, ended, meanwhile);
        freezer.wake();
        expect(["LeaseLost", "LeaseHeld", "done"]).toContain(await ended);
        await stage.clock.sleep(QUIET_SECONDS);
        expect({ at, when, picture: pictureOf(stage.cloud) }).toEqual({ at, when, picture: left });
      }
    }
  });
});
