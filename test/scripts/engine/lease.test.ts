import type { Book } from "../../../scripts/engine/bookkeeping";
import { bookOf } from "../../../scripts/engine/bookkeeping";
import { keepLeases, readLease, takeLease, type LeaseKeeper } from "../../../scripts/engine/lease";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Stage } from "../fake-aws/stage";

function setUp() {
  const stage = new Stage();
  const [rule] = stage.topology.images;
  if (rule === undefined) throw new TypeError("no rule");
  const book: Book = bookOf(stage.topology, stage.cloud.access(), rule);
  const keeper = (run: string, host: string, alive: boolean): LeaseKeeper => ({
    me: { host, pid: 7, run },
    clock: stage.clock,
    settings: AWS_SETTINGS,
    isAlive: () => alive,
  });
  return { stage, book, keeper };
}

describe("the run lease", () => {
  it("is written below the topology's path in the source account", async () => {
    const { stage, book, keeper } = setUp();
    await takeLease(book, keeper("a", "laptop", true));
    expect([...stage.cloud.parameters.keys()]).toEqual(["111111111111/eu-west-1 /keyferry/acme/lease"]);
  });

  it("carries lineage tags, after a renewal as well", async () => {
    const { stage, book, keeper } = setUp();
    await (await takeLease(book, keeper("a", "laptop", true))).renew();
    expect([...stage.cloud.parameterTags.values()]).toEqual([
      { "keyferry:topology": "acme", "keyferry:role": "lease" },
    ]);
  });

  it("keeps a second run out while its process lives, and names who runs", async () => {
    const { book, keeper } = setUp();
    await takeLease(book, keeper("a", "laptop", true));
    await expect(takeLease(book, keeper("b", "laptop", true))).rejects.toThrow("run a (process 7 on laptop)");
  });

  it("is taken over from a dead process of the same host, not of another host", async () => {
    const { book, keeper } = setUp();
    await takeLease(book, keeper("a", "laptop", true));
    await expect(takeLease(book, keeper("b", "server", false))).rejects.toMatchObject({ code: "LeaseHeld" });
    const lease = await takeLease(book, keeper("b", "laptop", false));
    expect(lease.takenFrom?.because).toContain("process 7 on this host is dead");
    expect((await readLease(book))?.owner.run).toBe("b");
  });

  it("is taken over from anybody once it has expired", async () => {
    const { stage, book, keeper } = setUp();
    await takeLease(book, keeper("a", "laptop", true));
    stage.clock.advance(AWS_SETTINGS.leaseSeconds);
    const lease = await takeLease(book, keeper("b", "server", true));
    expect(lease.takenFrom?.because).toContain("it expired");
  });

  it("goes to exactly one of two runs that take it over at the same time", async () => {
    const { book, keeper } = setUp();
    await takeLease(book, keeper("a", "laptop", true));
    const both = await Promise.allSettled([
      takeLease(book, keeper("b", "laptop", false)),
      takeLease(book, keeper("c", "laptop", false)),
    ]);
    expect(both.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  it("is renewed while the run lives", async () => {
    const { stage, book, keeper } = setUp();
    const mine = keeper("a", "laptop", true);
    const lease = await takeLease(book, mine);
    const stop = new AbortController();
    const keeping = keepLeases([lease], mine, stop.signal, () => undefined);
    await stage.clock.sleep(AWS_SETTINGS.leaseSeconds * 5);
    expect(Date.parse((await readLease(book))?.expires ?? "")).toBeGreaterThan(stage.clock.now().getTime());
    stop.abort();
    await keeping;
  });

  it("tells its run when another has taken it, and is not released by the loser", async () => {
    const { stage, book, keeper } = setUp();
    const mine = keeper("a", "laptop", true);
    const lease = await takeLease(book, mine);
    stage.clock.advance(AWS_SETTINGS.leaseSeconds);
    await takeLease(book, keeper("b", "server", true));
    const lost: unknown[] = [];
    await keepLeases([lease], mine, new AbortController().signal, (error) => lost.push(error));
    expect(lost).toMatchObject([{ code: "LeaseLost" }]);
    await lease.release();
    expect((await readLease(book))?.owner.run).toBe("b");
  });

  it("is gone after its release", async () => {
    const { book, keeper } = setUp();
    await (await takeLease(book, keeper("a", "laptop", true))).release();
    expect(await readLease(book)).toBeUndefined();
  });
});
