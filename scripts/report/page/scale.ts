import { duration } from "../event-text";

/** A time on the scale of the timeline. */
export interface Tick {
  /** Position on the scale, 0 to 100. */
  readonly percent: number;
  /** Time since the start: `0 s`, `1 min 30 s`. */
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Round distances between two ticks, in milliseconds. */
const STEPS: readonly number[] = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((days) => days * DAY),
];

/** More labels would overlap on a small screen. */
const MOST_STEPS = 4;

/**
 * Round times, evenly spaced, without duplicates: two ticks that are at least a step apart never have the same label.
 * @param span length of the scale in milliseconds, above 0
 */
export function ticks(span: number): readonly Tick[] {
  const step = STEPS.find((candidate) => span / candidate <= MOST_STEPS) ?? Math.ceil(span / MOST_STEPS);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => ({
    percent: ((index * step) / span) * 100,
    label: labelOf(index * step),
  }));
}

function labelOf(milliseconds: number): string {
  const seconds = milliseconds / SECOND;
  return seconds < 60 ? `${Number(seconds.toFixed(1))} s` : duration(seconds).replace(/ 0 (s|min)$/, "");
}
