import { EmulatorError } from "./errors";
import type { Clock, JsonObject } from "./contract";

interface Task {
  /** Seconds of cloud time when it is due. */
  readonly due: number;
  readonly order: number;
  readonly kind: string;
  readonly payload: JsonObject;
}

/** Background work that is waiting. */
export interface ScheduledWork {
  /** Seconds of cloud time from now. */
  readonly inSeconds: number;
  readonly kind: string;
  readonly payload: JsonObject;
}

/** The state that a clock needs to continue where another one stopped. */
export interface ClockState {
  /** Seconds by which timestamps are ahead of wall time. */
  readonly advanced: number;
  /** In the order in which it is to run. */
  readonly work: readonly ScheduledWork[];
}

/** A clock that an administrator can scale and advance. Pieces of work never overlap. */
export interface CloudClock extends Clock {
  readonly scale: number;
  /** Cloud seconds per wall second, from now on. */
  setScale(scale: number): void;
  /** Moves cloud time and timestamps forward and runs, in order, what falls due on the way. */
  advance(seconds: number): Promise<void>;
  /** Drops all background work. */
  stop(): void;
  /** Drops all background work and returns to wall time; the scale is kept. */
  reset(): void;
  /** Waits for the piece of work that is running; the next one starts only when `task` has ended. */
  between<T>(task: () => T | Promise<T>): Promise<T>;
  capture(): ClockState;
  /** Kinds of background work that have a handler. */
  kinds(): ReadonlySet<string>;
  /** Continues from a captured state. */
  restore(state: ClockState): void;
}

/** Node's timers overflow beyond 2^31 - 1 milliseconds. */
const LONGEST_TIMER_MS = 2_000_000_000;

/**
 * Background work runs on scaled time; timestamps are wall time plus the advanced seconds, so that a fast cloud does
 * not return timestamps in the future.
 * @param onError is called with errors that background work throws
 * @param wall wall time in milliseconds @default Date.now
 */
export function createClock(
  scale: number,
  onError: (error: unknown) => void,
  wall: () => number = Date.now,
): CloudClock {
  let currentScale = scale;
  let anchorWall = wall();
  let anchorCloud = 0;
  let advanced = 0;
  let tasks: Task[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
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

  const between = <T>(task: () => T | Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };

  const perform = async ({ kind, payload }: Task): Promise<void> => {
    try {
      const handler = handlers.get(kind);
      if (handler === undefined) {
        throw new EmulatorError(`no handler is registered for background work of kind ${kind}`, {
          code: "UnknownBackgroundWork",
        });
      }
      await handler(payload);
    } catch (error) {
      onError(error);
    }
  };

  /** Runs the next piece of work if it is due by then; time jumps to it. */
  const runNext = (by: () => number): Promise<boolean> =>
    between(async () => {
      const [task] = tasks;
      if (task === undefined || task.due > by()) return false;
      tasks.shift();
      jumpTo(task.due);
      await perform(task);
      return true;
    });

  const runDue = async (): Promise<void> => {
    while (await runNext(elapsed));
    arm();
  };

  const jumpTo = (cloud: number): void => {
    const ahead = cloud - elapsed();
    if (ahead <= 0) return;
    advanced += ahead;
    anchor(cloud);
  };

  const add = (due: number, kind: string, payload: JsonObject): void => {
    tasks.push({ due, order: count++, kind, payload });
    tasks.sort((a, b) => a.due - b.due || a.order - b.order);
    arm();
  };

  const stop = (): void => {
    tasks = [];
    arm();
  };

  return {
    get scale() {
      return currentScale;
    },
    now: () => new Date(wall() + advanced * 1000),
    schedule: (seconds, kind, payload) => add(elapsed() + seconds, kind, payload),
    handle: (kind, work) => void handlers.set(kind, work),
    setScale(next) {
      anchor(elapsed());
      currentScale = next;
      arm();
    },
    async advance(seconds) {
      const target = elapsed() + seconds;
      while (await runNext(() => target));
      jumpTo(target);
      arm();
    },
    stop,
    reset() {
      stop();
      advanced = 0;
    },
    between,
    capture() {
      const now = elapsed();
      return {
        advanced,
        work: tasks.map(({ due, kind, payload }) => ({ inSeconds: due - now, kind, payload })),
      };
    },
    kinds: () => new Set(handlers.keys()),
    restore(state) {
      stop();
      advanced = state.advanced;
      const now = elapsed();
      for (const { inSeconds, kind, payload } of state.work) add(now + inSeconds, kind, payload);
    },
  };
}
