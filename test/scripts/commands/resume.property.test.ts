import { Bomb } from "../fake-aws/bomb";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

type Volumes = "mixed" | "plain";

/** A sample of the boundaries; test/e2e/crash-*.e2e.test.ts kills runs at every one of them, on the rehearsal cloud. */

/** How many boundaries a whole run has: before and after each change in AWS and each journal record. */
async function boundaries(volumes: Volumes): Promise<number> {
  const bomb = new Bomb();
  await new Stage(TWO_ACCOUNTS, {}, volumes).run({ bomb });
  return bomb.ticks;
}

/** Kills a run at a boundary; its changes stay. A newer image appears in the meantime. */
async function killed(volumes: Volumes, at: number, lagSeconds = 0): Promise<Stage> {
  const stage = new Stage(TWO_ACCOUNTS, { lagSeconds }, volumes);
  const bomb = new Bomb(at);
  await stage.run({ bomb }).catch(() => undefined);
  expect(bomb.exploded).toBe(true);
  return stage;
}

/** If the image is pinned already, a newer one must not be carried instead. */
async function resume(stage: Stage, withJournal: boolean): Promise<void> {
  const isPinned = [...stage.cloud.parameters.keys()].some((name) => name.endsWith("/intent"));
  if (isPinned) stage.makeImage("web-2", "plain");
  const { state } = await stage.run(withJournal ? { past: structuredClone(stage.journal) } : {});
  expect(state).toBe("done");
  expectCarried(stage);
}

describe.each(["mixed", "plain"] as const)(
  "a run of an image with %s volumes that is killed at any point and run again",
  (volumes) => {
    it("ends with one image per destination and nothing left over", async () => {
      const all = await boundaries(volumes);
      expect(all).toBeGreaterThan(40);
      for (let at = 1; at <= all; at += 5) {
        const stage = await killed(volumes, at);
        await resume(stage, at % 2 === 0);
      }
    });

    it("ends the same with eventual consistency of AWS's describe calls", async () => {
      const all = await boundaries(volumes);
      for (let at = 3; at <= all; at += 7) {
        const stage = await killed(volumes, at, 10);
        await resume(stage, false);
      }
    });

    it("ends the same when it is killed twice", async () => {
      const all = await boundaries(volumes);
      for (let at = 5; at <= all; at += 11) {
        const stage = await killed(volumes, at);
        await stage.run({ bomb: new Bomb(10) }).catch(() => undefined);
        await resume(stage, at % 2 === 0);
      }
    });
  },
);
