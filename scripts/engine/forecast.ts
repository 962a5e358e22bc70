import type { Settings } from "./settings";

type ForecastSettings = Pick<Settings, "pollMinSeconds" | "pollMaxSeconds" | "progressSeconds">;

/** No copy ends immediately: the first check comes after this many of the shortest pauses. */
const FIRST_LOOK = 6;

/** Without a forecast the pauses grow with the age of the copy, by this fraction of it. */
const GROWTH = 0.5;

/** A copy that is late is checked after this fraction of its age. */
const LATE = 0.05;

/** Expected ends this close to each other, as a fraction of the copy's age, share one check; half of the time is lost on average. */
const TOLERANCE = 0.1;

/**
 * When a copy is likely to end, by its own progress: copies take minutes to hours, and checking a copy that cannot have
 * ended wastes a call. Times are milliseconds since 1970.
 */
export class Forecast {
  private lookAt: number;
  private endsAt: number | undefined;
  private progressAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly since: number,
    private readonly settings: ForecastSettings,
  ) {
    const { pollMinSeconds, pollMaxSeconds } = settings;
    this.lookAt = since + Math.min(pollMinSeconds * FIRST_LOOK, pollMaxSeconds) * 1000;
  }

  /** When the copy should be checked next. */
  get next(): number {
    return this.lookAt;
  }

  /** How much later than `next` a check may come: a copy without a forecast waits for a check of others. */
  get patience(): number {
    return this.endsAt === undefined
      ? this.settings.pollMaxSeconds * 1000
      : (this.lookAt - this.since) * TOLERANCE;
  }

  /** Whether its progress is worth a call: there is no forecast, the copy is late, or the reported progress is old. */
  wantsProgress(now: number): boolean {
    return (
      this.endsAt === undefined ||
      now >= this.endsAt ||
      now - this.progressAt >= this.settings.progressSeconds * 1000
    );
  }

  progress(now: number, percent: number): void {
    this.progressAt = now;
    this.endsAt = percent > 0 ? now + ((now - this.since) * (100 - percent)) / percent : undefined;
    this.unknown(now);
  }

  /** A check returned no progress for the copy. */
  unknown(now: number): void {
    const age = now - this.since;
    const { pollMinSeconds, pollMaxSeconds } = this.settings;
    const isForeseen = this.endsAt !== undefined && this.endsAt > now;
    const pause = isForeseen ? (this.endsAt ?? now) - now : age * (this.endsAt === undefined ? GROWTH : LATE);
    this.lookAt = now + Math.min(Math.max(pause, pollMinSeconds * 1000), pollMaxSeconds * 1000);
  }
}

/** When to check copies, so that those that end close to each other are checked together. */
export function nextLook(forecasts: readonly Forecast[]): number {
  const latest = Math.min(...forecasts.map((forecast) => forecast.next + forecast.patience));
  return Math.max(...forecasts.map((forecast) => forecast.next).filter((next) => next <= latest));
}
