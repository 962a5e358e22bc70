import type { RunEvent } from "../engine/events";
import type { JournalRecord } from "../engine/journal";

/** Seconds that a copy took, by this run or, where that found it standing, by the journal; undefined: nobody watched. */
export function durationOf(
  imageId: string,
  heard: readonly RunEvent[],
  past: readonly JournalRecord[],
): number | undefined {
  const events = [...past.map((record) => record.event), ...heard];
  return events.flatMap((event) =>
    event.code === "CopyAvailable" && event.imageId === imageId ? [event.seconds] : [],
  )[0];
}
