import { runTasks, type Outcome, type Task } from "../../../scripts/engine/graph-runner";

function task(id: string, ran: string[], options: Partial<Task> = {}): Task {
  return {
    id,
    needs: [],
    after: [],
    run: async () => {
      ran.push(id);
    },
    ...options,
  };
}

function states(outcomes: ReadonlyMap<string, Outcome>): Record<string, string> {
  return Object.fromEntries([...outcomes].map(([id, outcome]) => [id, outcome.state]));
}

const calm = () => new AbortController().signal;
const fail = async () => {
  throw new TypeError("broken");
};

describe("the graph runner", () => {
  it("starts a task when what it needs is done", async () => {
    const ran: string[] = [];
    const outcomes = await runTasks([task("a", ran), task("b", ran, { needs: ["a"] })], calm());
    expect(ran).toEqual(["a", "b"]);
    expect(states(outcomes)).toEqual({ a: "done", b: "done" });
  });

  it("skips tasks that need a failed task, and continues with all others", async () => {
    const ran: string[] = [];
    const tasks = [
      task("a", ran, { run: fail }),
      task("b", ran, { needs: ["a"] }),
      task("c", ran, { needs: ["b"] }),
      task("d", ran),
    ];
    const outcomes = await runTasks(tasks, calm());
    expect(states(outcomes)).toEqual({ a: "failed", b: "skipped", c: "skipped", d: "done" });
    expect(ran).toEqual(["d"]);
  });

  it("joins: a task after others runs when the last of them has ended, successfully or not", async () => {
    const ran: string[] = [];
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    const tasks = [
      task("a", ran, { run: fail }),
      task("b", ran, { run: () => slow }),
      task("withdraw", ran, { after: ["a", "b"] }),
    ];
    const all = runTasks(tasks, calm());
    await new Promise(setImmediate);
    expect(ran).toEqual([]);
    release();
    expect(states(await all)).toEqual({ a: "failed", b: "done", withdraw: "done" });
  });

  it("starts nothing new once it is interrupted, joins included", async () => {
    const ran: string[] = [];
    const stop = new AbortController();
    const tasks = [
      task("a", ran, { run: async () => stop.abort() }),
      task("b", ran, { needs: ["a"] }),
      task("withdraw", ran, { after: ["a"] }),
    ];
    expect(states(await runTasks(tasks, stop.signal))).toEqual({
      a: "done",
      b: "interrupted",
      withdraw: "interrupted",
    });
    expect(ran).toEqual([]);
  });

  it("waits for all running tasks before it fails because the journal cannot be written", async () => {
    const ran: string[] = [];
    const tasks = [
      task("a", ran),
      task("b", ran, { run: async () => void (await new Promise(setImmediate), ran.push("b")) }),
    ];
    const broken = runTasks(tasks, calm(), () => {
      throw new TypeError("disk full");
    });
    await expect(broken).rejects.toThrow("disk full");
    expect(ran).toEqual(["a", "b"]);
  });

  describe("a task that several jobs share", () => {
    const shared = (ran: string[], options: Partial<Task> = {}) =>
      task("common", ran, { shared: true, ...options });

    it("runs once, and every task that needs it waits for it", async () => {
      const ran: string[] = [];
      const reported: string[] = [];
      const slow = async () => void (await new Promise(setImmediate), ran.push("common"));
      const tasks = [
        shared(ran, { run: slow }),
        task("a", ran, { needs: ["common"] }),
        shared(ran, { run: slow }),
        task("b", ran, { needs: ["common"] }),
      ];
      const outcomes = await runTasks(tasks, calm(), ({ id }) => void reported.push(id));
      expect(states(outcomes)).toEqual({ common: "done", a: "done", b: "done" });
      expect(ran).toEqual(["common", "a", "b"]);
      expect(reported.filter((id) => id === "common")).toHaveLength(1);
    });

    it("prevents all of them from starting if it fails", async () => {
      const ran: string[] = [];
      const needing = ["a", "b"].map((id) => task(id, ran, { needs: ["common"] }));
      const outcomes = await runTasks([shared(ran, { run: fail }), shared(ran), ...needing], calm());
      expect(states(outcomes)).toEqual({ common: "failed", a: "skipped", b: "skipped" });
    });

    it("must be declared as shared: two tasks with the same id are a defect", async () => {
      const ran: string[] = [];
      await expect(runTasks([task("a", ran), task("a", ran)], calm())).rejects.toThrow("two tasks a");
      await expect(runTasks([task("a", ran), { ...task("a", ran), shared: true }], calm())).rejects.toThrow();
      expect(ran).toEqual([]);
    });
  });
});
