import type { Clock } from "./clock";
import type { EventSink } from "./events";
import type { Journal } from "./journal";

/** Who tells what happens in a run, and to whom. */
export interface Telling {
  /** Unique id of the run. */
  readonly run: string;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Told everything, after it has been written to the journal. */
  readonly listener: EventSink;
}

/**
 * Writes every event to the journal, then tells whoever listens. A journal that the disk refuses (full, read-only) is
 * told once and then done without: AWS is the truth, and a run that stopped over its history would leave its shares.
 */
export function eventWriter({ run, clock, journal, listener }: Telling): EventSink {
  let isLost = false;
  return (event) => {
    // Progress is for those who look on; there is far too much of it to keep.
    if (!isLost && event.code !== "CopyProgressed") {
      try {
        journal.append({ at: clock.now().toISOString(), run, event });
      } catch (error) {
        if (!isRefusedByDisk(error)) throw error;
        isLost = true;
        listener({ code: "JournalLost", reason: error.message });
      }
    }
    listener(event);
  };
}

/** An error of the operating system names the call that failed. */
function isRefusedByDisk(error: unknown): error is NodeJS.ErrnoException {
  return typeof (error as Partial<NodeJS.ErrnoException> | undefined)?.syscall === "string";
}
