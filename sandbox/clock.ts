import type { Clock } from "./contract";

interface Task {
  /** Seconds of cloud time at which it is due. */
  readonly due: number;
  readonly order: number;
  readonly work: () => void | Promise<void>;
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

  return {
    get scale() {
      return currentScale;
    },
    now: () => new Date(wall() + advanced * 1000),
    after(seconds, work) {
      tasks.push({ due: elapsed() + seconds, order: count++, work });
      tasks.sort((a, b) => a.due - b.due || a.order - b.order);
      arm();
    },
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
    stop() {
      tasks = [];
      arm();
    },
  };
}
