import { workKind } from "../background";
import { createClock, type CloudClock } from "../clock";

const DONE = workKind<{ readonly name: string }>("test:done");

/** Names of the pieces of work that the clock has run, in order. */
function recorded(clock: CloudClock): string[] {
  const done: string[] = [];
  DONE.handle(clock, ({ name }) => void done.push(name));
  return done;
}

const START = Date.parse("2030-01-01T00:00:00Z");

function standingClock() {
  const errors: unknown[] = [];
  return {
    errors,
    clock: createClock(
      1,
      (error) => errors.push(error),
      () => START,
    ),
  };
}

test("work runs when it is due, and not before", async () => {
  const { clock } = standingClock();
  const done = recorded(clock);
  DONE.later(clock, 60, { name: "copy" });

  await clock.advance(59);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(["copy"]);
});

test("work runs in the order of its due time, regardless of the order in which it was scheduled", async () => {
  const { clock } = standingClock();
  const done = recorded(clock);
  DONE.later(clock, 30, { name: "second" });
  DONE.later(clock, 10, { name: "first" });
  DONE.later(clock, 30, { name: "third" });

  await clock.advance(60);
  expect(done).toEqual(["first", "second", "third"]);
});

test("work that schedules more work sees its own due time as the current time", async () => {
  const { clock } = standingClock();
  const seen: string[] = [];
  DONE.handle(clock, ({ name }) => {
    seen.push(clock.now().toISOString());
    if (name === "first") DONE.later(clock, 10, { name: "second" });
  });
  DONE.later(clock, 10, { name: "first" });

  await clock.advance(20);
  expect(seen).toEqual(["2030-01-01T00:00:10.000Z", "2030-01-01T00:00:20.000Z"]);
});

test("timestamps include advanced time, but not the scale", async () => {
  let wall = START;
  const clock = createClock(
    60,
    () => undefined,
    () => wall,
  );

  wall += 10_000;
  expect(clock.now().toISOString()).toBe("2030-01-01T00:00:10.000Z");
  await clock.advance(3600);
  expect(clock.now().toISOString()).toBe("2030-01-01T01:00:10.000Z");
});

test("a scaled clock needs less wall time", async () => {
  let wall = START;
  const clock = createClock(
    60,
    () => undefined,
    () => wall,
  );
  const done = recorded(clock);
  DONE.later(clock, 601, { name: "copy" });

  wall += 10_000;
  await clock.advance(0.5);
  expect(done).toEqual([]);
  await clock.advance(0.5);
  expect(done).toEqual(["copy"]);
});

test("a new scale does not change what has already passed", async () => {
  let wall = START;
  const clock = createClock(
    1,
    () => undefined,
    () => wall,
  );
  const done = recorded(clock);
  DONE.later(clock, 110, { name: "copy" });

  wall += 10_000;
  clock.setScale(100);
  wall += 1_000;
  await clock.advance(0);
  expect(done).toEqual(["copy"]);
});

test("work that throws is reported and does not stop the rest", async () => {
  const { clock, errors } = standingClock();
  const done = recorded(clock);
  clock.handle("test:broken", () => {
    throw new TypeError("broken");
  });
  clock.schedule(1, "test:broken", {});
  DONE.later(clock, 2, { name: "next" });

  await clock.advance(2);
  expect(errors).toHaveLength(1);
  expect(done).toEqual(["next"]);
});

test("a stopped clock runs no more work", async () => {
  const { clock } = standingClock();
  const done = recorded(clock);
  DONE.later(clock, 1, { name: "copy" });

  clock.stop();
  await clock.advance(10);
  expect(done).toEqual([]);
});

test("work of a kind without a handler is reported", async () => {
  const { clock, errors } = standingClock();
  DONE.later(clock, 1, { name: "copy" });
  await clock.advance(1);
  expect(errors).toMatchObject([{ code: "UnknownBackgroundWork" }]);
});

test("a restored clock continues where the other one stopped, in the same order", async () => {
  const { clock: first } = standingClock();
  recorded(first);
  for (const name of ["b", "c", "d"]) DONE.later(first, 30, { name });
  DONE.later(first, 10, { name: "a" });
  await first.advance(20);
  const written = JSON.parse(JSON.stringify(first.capture()));

  const { clock } = standingClock();
  const done = recorded(clock);
  clock.restore(written);
  expect(clock.now()).toEqual(first.now());
  await clock.advance(9);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(["b", "c", "d"]);
});

test("a task that runs between two pieces of work sees neither of them half done", async () => {
  const { clock } = standingClock();
  const seen: string[] = [];
  clock.handle("test:slow", async () => {
    seen.push("begun");
    await new Promise((resolve) => setImmediate(resolve));
    seen.push("ended");
  });
  clock.schedule(1, "test:slow", {});
  clock.schedule(1, "test:slow", {});
  const advancing = clock.advance(1);
  await clock.between(() => void seen.push("between"));
  await advancing;
  expect(seen).toEqual(["begun", "ended", "between", "begun", "ended"]);
});
