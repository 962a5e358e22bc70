import { Bomb } from "../../scripts/fake-aws/bomb";
import { wrongIn } from "../../scripts/fake-aws/wrong-in";
import { DatabaseStage, ORDERS } from "./database-stage";

async function killed(stage: DatabaseStage, at: number): Promise<Bomb> {
  const bomb = new Bomb(at);
  await stage.run({ bomb }).catch(() => undefined);
  return bomb;
}

describe.each([
  ["through a transit copy", "alias/app-data"],
  ["straight from a snapshot under the transit key", "alias/keyferry/acme/transit"],
])("a run of a database's snapshot %s that is killed at any point", (_way, under) => {
  it.each([0, 5])(
    "and run again makes one copy for each destination; AWS's answers lag %d s",
    async (lagSeconds) => {
      const stageOf = () => new DatabaseStage(ORDERS, { lagSeconds }, under);
      const { ticks } = await killed(stageOf(), 0);
      expect(ticks).toBeGreaterThan(40);
      const wrong: string[] = [];
      for (let at = 1; at <= ticks; at += 1) {
        const stage = stageOf();
        expect((await killed(stage, at)).exploded).toBe(true);
        const past = at % 2 === 0 ? { past: structuredClone(stage.journal) } : {};
        const { state } = await stage.run(past);
        const found = [
          ...(state === "done" ? [] : [state]),
          ...wrongIn(stage, { orders: stage.snapshotArn }),
        ];
        wrong.push(...found.map((what) => `killed at ${at}: ${what}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});
