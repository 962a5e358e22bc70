import { Bomb } from "../../scripts/fake-aws/bomb";
import { wrongIn } from "../../scripts/fake-aws/wrong-in";
import { STORED, StoredStage } from "./stored-stage";

async function killed(stage: StoredStage, at: number): Promise<Bomb> {
  const bomb = new Bomb(at);
  await stage.run({ bomb }).catch(() => undefined);
  return bomb;
}

describe("a run of an image through S3 that is killed at any point", () => {
  it.each([0, 5])(
    "and run again makes one copy for each destination; AWS's answers lag %d s",
    async (lagSeconds) => {
      const stageOf = () => new StoredStage(STORED, { lagSeconds });
      const { ticks } = await killed(stageOf(), 0);
      expect(ticks).toBeGreaterThan(80);
      const wrong: string[] = [];
      for (let at = 1; at <= ticks; at += 1) {
        const stage = stageOf();
        expect((await killed(stage, at)).exploded).toBe(true);
        const past = at % 2 === 0 ? { past: structuredClone(stage.journal) } : {};
        const { state } = await stage.run(past);
        const found = [...(state === "done" ? [] : [state]), ...wrongIn(stage, { web: stage.imageId })];
        wrong.push(...found.map((what) => `killed at ${at}: ${what}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});
