import { Bomb } from "../../scripts/fake-aws/bomb";
import { LEDGER, SnapshotStage, wrongIn } from "./snapshot-stage";

async function killed(stage: SnapshotStage, at: number): Promise<Bomb> {
  const bomb = new Bomb(at);
  await stage.run({ bomb }).catch(() => undefined);
  return bomb;
}

describe("CopySnapshot, which has no ClientToken,", () => {
  it("makes one copy, regardless of where its run is killed and repeated", async () => {
    const { ticks } = await killed(new SnapshotStage(LEDGER, { lagSeconds: 5 }), 0);
    expect(ticks).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (let at = 1; at <= ticks; at += 1) {
      const stage = new SnapshotStage(LEDGER, { lagSeconds: 5 });
      expect((await killed(stage, at)).exploded).toBe(true);
      const past = at % 2 === 0 ? { past: structuredClone(stage.journal) } : {};
      const { state } = await stage.run(past);
      wrong.push(
        ...[...(state === "done" ? [] : [state]), ...wrongIn(stage, stage.snapshotId)].map(
          (what) => `killed at ${at}: ${what}`,
        ),
      );
    }
    expect(wrong).toEqual([]);
  });
});
