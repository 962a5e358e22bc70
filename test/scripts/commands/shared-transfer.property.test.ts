import { SHARED } from "../../_helpers/topologies";
import { Bomb } from "../fake-aws/bomb";
import { expectCarried } from "../fake-aws/expectations";
import { Stage } from "../fake-aws/stage";

describe("an image that several accounts need in the same other Region", () => {
  it("leaves no duplicates and no shares wherever its run is killed and run again", async () => {
    const unhurt = new Bomb();
    await new Stage(SHARED).run({ bomb: unhurt });
    for (let at = 4; at <= unhurt.ticks; at += 17) {
      const stage = new Stage(SHARED, { lagSeconds: at % 2 === 0 ? 10 : 0 });
      await stage.run({ bomb: new Bomb(at) }).catch(() => undefined);
      const { state } = await stage.run(at % 3 === 0 ? { past: structuredClone(stage.journal) } : {});
      expect([at, state]).toEqual([at, "done"]);
      expectCarried(stage);
    }
  });
});
