import { createClock } from "../../sandbox/clock";

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

test("work runs when its time has come, and not before", async () => {
  const { clock } = standingClock();
  const done: string[] = [];
  clock.after(60, () => void done.push("copy"));

  await clock.advance(59);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(["copy"]);
});

test("work runs in the order of its due time, whatever the order of asking", async () => {
  const { clock } = standingClock();
  const done: string[] = [];
  clock.after(30, () => void done.push("second"));
  clock.after(10, () => void done.push("first"));
  clock.after(30, () => void done.push("third"));

  await clock.advance(60);
  expect(done).toEqual(["first", "second", "third"]);
});

test("work that starts more work sees the time at which it was due", async () => {
  const { clock } = standingClock();
  const seen: string[] = [];
  clock.after(10, () => {
    seen.push(clock.now().toISOString());
    clock.after(10, () => void seen.push(clock.now().toISOString()));
  });

  await clock.advance(20);
  expect(seen).toEqual(["2030-01-01T00:00:10.000Z", "2030-01-01T00:00:20.000Z"]);
});

test("timestamps follow what was advanced, and not the scale", async () => {
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
  const done: string[] = [];
  clock.after(601, () => void done.push("copy"));

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
  const done: string[] = [];
  clock.after(110, () => void done.push("copy"));

  wall += 10_000;
  clock.setScale(100);
  wall += 1_000;
  await clock.advance(0);
  expect(done).toEqual(["copy"]);
});

test("work that throws is reported and does not stop the rest", async () => {
  const { clock, errors } = standingClock();
  const done: string[] = [];
  clock.after(1, () => {
    throw new TypeError("broken");
  });
  clock.after(2, () => void done.push("next"));

  await clock.advance(2);
  expect(errors).toHaveLength(1);
  expect(done).toEqual(["next"]);
});

test("a stopped clock runs nothing any more", async () => {
  const { clock } = standingClock();
  const done: string[] = [];
  clock.after(1, () => void done.push("copy"));

  clock.stop();
  await clock.advance(10);
  expect(done).toEqual([]);
});
