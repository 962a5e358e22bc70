import type { Clock } from "./clock";
import type { EventSink } from "./events";
import type { Journal } from "./journal";

/** The source and the receivers of a run's events. */
export interface Telling {
  /** Unique id of the run. */
  readonly run: string;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Called for every event, after it was written to the journal. */
  readonly listener: EventSink;
}

/**
 * Writes every event to the journal, then calls the listener. If the journal cannot be written (disk full, read-only), this is
 * reported once and the run continues without it: AWS is the truth, and a run that stopped for its history would leave its shares.
 */
export function eventWriter({ run, clock, journal, listener }: Telling): EventSink {
  let isLost = false;
  return (event) => {
    // Progress is for the user who watches; there is far too much of it to store.
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
