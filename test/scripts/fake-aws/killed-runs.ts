import { Bomb } from "./bomb";
import type { FakeOptions } from "./fake-cloud";
import type { Stage } from "./stage";
import { wrongIn } from "./wrong-in";

export interface KilledRuns<S extends Stage> {
  /** A run must have more boundaries than this at which it can be killed, so that the test cannot become empty. */
  readonly least: number;
  /** Rule -> id of its source. */
  readonly sources: (stage: S) => Readonly<Record<string, string>>;
}

/**
 * Tests that a run can be killed before and after each of its calls and records, with and without its journal: the next run leaves
 * one copy for each destination, and no transit copies or shares.
 * @param title what is run and killed
 */
export function describeKilledRuns<S extends Stage>(
  title: string,
  stageOf: (options: FakeOptions) => S,
  { least, sources }: KilledRuns<S>,
): void {
  async function killed(stage: S, at: number): Promise<Bomb> {
    const bomb = new Bomb(at);
    await stage.run({ bomb }).catch(() => undefined);
    return bomb;
  }

  describe(title, () => {
    it.each([0, 5])(
      "and run again makes one copy for each destination; AWS's describe calls lag by %d s",
      async (lagSeconds) => {
        const { ticks } = await killed(stageOf({ lagSeconds }), 0);
        expect(ticks).toBeGreaterThan(least);
        const wrong: string[] = [];
        for (let at = 1; at <= ticks; at += 1) {
          const stage = stageOf({ lagSeconds });
          expect((await killed(stage, at)).exploded).toBe(true);
          const past = at % 2 === 0 ? { past: structuredClone(stage.journal) } : {};
          const { state } = await stage.run(past);
          const found = [...(state === "done" ? [] : [state]), ...wrongIn(stage, sources(stage))];
          wrong.push(...found.map((what) => `killed at ${at}: ${what}`));
        }
        expect(wrong).toEqual([]);
      },
    );
  });
}
