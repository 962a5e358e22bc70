import type { Clock, JsonObject } from "./contract";

type Work = () => void | Promise<void>;

interface Task {
  /** Seconds of cloud time at which it is due. */
  readonly due: number;
  readonly order: number;
  /** What can be written down; absent for work that is only known as a function. */
  readonly scheduled?: { readonly kind: string; readonly payload: JsonObject };
  readonly work: Work;
}

/** Background work as data. */
export interface ScheduledWork {
  /** Seconds of cloud time from now. */
  readonly inSeconds: number;
  readonly kind: string;
  readonly payload: JsonObject;
}

/** What a clock has to be told to go on where another stood. */
export interface ClockState {
  /** Seconds by which timestamps were moved ahead of wall time. */
  readonly advanced: number;
  readonly work: readonly ScheduledWork[];
}

/** A clock that an administrator can scale and advance. */
export interface RehearsalClock extends Clock {
  readonly scale: number;
  /** Cloud seconds per wall second, from now on. */
  setScale(scale: number): void;
  /** Moves cloud time and timestamps forward and runs, in order, what falls due on the way. */
  advance(seconds: number): Promise<void>;
  /** Drops all background work. */
  stop(): void;
  /** Drops all background work and returns to wall time; the scale stays. */
  reset(): void;
  /** Number of pieces of background work that cannot be written down, and when the last of them is due, in seconds. */
  unwritable(): { readonly count: number; readonly lastInSeconds: number };
  capture(): ClockState;
  /** Goes on from a captured state. */
  restore(state: ClockState): void;
}

/** Node's timers overflow beyond 2^31 - 1 milliseconds. */
const LONGEST_TIMER_MS = 2_000_000_000;

/**
 * Background work runs on scaled time; timestamps are wall time plus what was advanced, so that a fast cloud does not
 * stamp its answers with the future.
 * @param onError hears of background work that threw
 * @param wall wall time in milliseconds @default Date.now
 */
export function createClock(
  scale: number,
  onError: (error: unknown) => void,
  wall: () => number = Date.now,
): RehearsalClock {
  let currentScale = scale;
  let anchorWall = wall();
  let anchorCloud = 0;
  let advanced = 0;
  let tasks: Task[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const handlers = new Map<string, (payload: JsonObject) => void | Promise<void>>();

  const elapsed = (): number => anchorCloud + ((wall() - anchorWall) / 1000) * currentScale;

  const anchor = (cloud: number): void => {
    anchorWall = wall();
    anchorCloud = cloud;
  };

  const arm = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    const next = tasks[0];
    if (next === undefined) return;
    const delay = Math.max(0, ((next.due - elapsed()) * 1000) / currentScale);
    timer = setTimeout(() => void runDue(), Math.min(delay, LONGEST_TIMER_MS));
    timer.unref();
  };

  const runFirst = async (): Promise<void> => {
    const task = tasks.shift();
    try {
      await task?.work();
    } catch (error) {
      onError(error);
    }
  };

  const runDue = async (): Promise<void> => {
    while (tasks[0] !== undefined && tasks[0].due <= elapsed()) await runFirst();
    arm();
  };

  const jumpTo = (cloud: number): void => {
    advanced += Math.max(0, cloud - elapsed());
    anchor(Math.max(cloud, elapsed()));
  };

  const add = (seconds: number, work: Work, scheduled?: Task["scheduled"]): void => {
    tasks.push({ due: elapsed() + seconds, order: count++, work, scheduled });
    tasks.sort((a, b) => a.due - b.due || a.order - b.order);
    arm();
  };

  const schedule = (seconds: number, kind: string, payload: JsonObject): void =>
    add(seconds, () => handlers.get(kind)?.(payload), { kind, payload });

  const stop = (): void => {
    tasks = [];
    arm();
  };

  return {
    get scale() {
      return currentScale;
    },
    now: () => new Date(wall() + advanced * 1000),
    after: (seconds, work) => add(seconds, work),
    schedule,
    handle: (kind, work) => void handlers.set(kind, work),
    setScale(next) {
      anchor(elapsed());
      currentScale = next;
      arm();
    },
    async advance(seconds) {
      const target = elapsed() + seconds;
      while (tasks[0] !== undefined && tasks[0].due <= target) {
        jumpTo(tasks[0].due);
        await runFirst();
      }
      jumpTo(target);
      arm();
    },
    stop,
    reset() {
      stop();
      advanced = 0;
    },
    unwritable() {
      const left = tasks.filter(({ scheduled }) => scheduled === undefined);
      return { count: left.length, lastInSeconds: Math.max(0, (left.at(-1)?.due ?? 0) - elapsed()) };
    },
    capture: () => ({
      advanced,
      work: tasks.flatMap(({ due, scheduled }) =>
        scheduled === undefined ? [] : [{ inSeconds: due - elapsed(), ...scheduled }],
      ),
    }),
    restore(state) {
      stop();
      advanced = state.advanced;
      for (const { inSeconds, kind, payload } of state.work) schedule(inSeconds, kind, payload);
    },
  };
}
