import { verify } from "../../../scripts/commands/verify";
import { copyJobs } from "../../../topology";
import { Bomb } from "../fake-aws/bomb";
import { idOf } from "../fake-aws/call";
import { wrongIn } from "../fake-aws/wrong-in";
import { RoutesStage } from "./routes-stage";

/** How many points of a run are tested; they are distributed evenly between its first change and its last. */
const POINTS = 40;
/** Every n-th of them is killed a second time soon after it was resumed. */
const TWICE = 4;

async function killed(stage: RoutesStage, at: number): Promise<Bomb> {
  const bomb = new Bomb(at);
  await stage.run({ bomb }).catch(() => undefined);
  return bomb;
}

describe("images by every route, snapshots and databases, between three accounts in three Regions each,", () => {
  it("are all copied by one run, each to its place, and verified", async () => {
    const stage = new RoutesStage({ lagSeconds: 5 });
    const jobs = copyJobs(stage.topology);
    const places = new Set(jobs.flatMap(({ to, rule }) => [rule.from, to, ...(to.shares ?? [])]).map(idOf));
    expect(places.size).toBe(9);
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, stage.sources)).toEqual([]);
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs.flatMap(({ job, wrong }) => wrong.map((what) => `${job}: ${what}`))).toEqual([]);
    expect(proof.leftovers).toEqual([]);
  });

  it("exist once, with nothing left over and nothing lost, wherever the run is killed and resumed", async () => {
    const { ticks } = await killed(new RoutesStage(), 0);
    expect(ticks).toBeGreaterThan(200);
    const wrong: string[] = [];
    for (let point = 0; point < POINTS; point += 1) {
      const at = 1 + Math.floor((point * (ticks - 1)) / (POINTS - 1));
      const stage = new RoutesStage({ lagSeconds: point % 2 === 0 ? 0 : 5 });
      const bomb = await killed(stage, at);
      if (point % TWICE === 0) await killed(stage, 20);
      const past = point % 3 === 0 ? { past: structuredClone(stage.journal) } : {};
      const { state } = await stage.run(past);
      const found = [...(state === "done" ? [] : [state]), ...wrongIn(stage, stage.sources)];
      wrong.push(...found.map((what) => `killed at ${at} of ${ticks} (${bomb.ticks}): ${what}`));
    }
    expect(wrong).toEqual([]);
  });
});
