import type { Settings } from "./settings";

type ForecastSettings = Pick<Settings, "pollMinSeconds" | "pollMaxSeconds" | "progressSeconds">;

/** No copy ends at once; so many of the shortest pauses pass before a first look is worth a call. */
const FIRST_LOOK = 6;

/** Without a forecast the pauses grow with the age of the copy, by this part of it. */
const GROWTH = 0.5;

/** A copy that is late is looked at after another part of its age. */
const LATE = 0.05;

/** Ends so close to each other, as a part of the copy's age, are seen in one look; half of it is lost on average. */
const TOLERANCE = 0.1;

/**
 * When a copy is likely to end, by its own progress: copies take minutes to hours, and a look at a copy that cannot have
 * ended is a wasted call. Times are milliseconds since 1970.
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

  /** When the copy should be looked at next. */
  get next(): number {
    return this.lookAt;
  }

  /** How much later than `next` a look may come: a copy of which nothing is known waits for a look at others. */
  get patience(): number {
    return this.endsAt === undefined
      ? this.settings.pollMaxSeconds * 1000
      : (this.lookAt - this.since) * TOLERANCE;
  }

  /** Whether its progress is worth a call: nothing is foreseen, the copy is late, or people have waited for news. */
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

  /** A look has passed without news of the copy's progress. */
  unknown(now: number): void {
    const age = now - this.since;
    const { pollMinSeconds, pollMaxSeconds } = this.settings;
    const isForeseen = this.endsAt !== undefined && this.endsAt > now;
    const pause = isForeseen ? (this.endsAt ?? now) - now : age * (this.endsAt === undefined ? GROWTH : LATE);
    this.lookAt = now + Math.min(Math.max(pause, pollMinSeconds * 1000), pollMaxSeconds * 1000);
  }
}

/** When to look at copies, so that those that end close to each other are seen together. */
export function nextLook(forecasts: readonly Forecast[]): number {
  const latest = Math.min(...forecasts.map((forecast) => forecast.next + forecast.patience));
  return Math.max(...forecasts.map((forecast) => forecast.next).filter((next) => next <= latest));
}
