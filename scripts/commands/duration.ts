import type { RunEvent } from "../engine/events";
import type { JournalRecord } from "../engine/journal";

/**
 * How long copies took, in seconds from their start until they were available: from the journal of earlier runs and the
 * events of this one. A copy that no run watched from its start has no duration.
 */
export class Durations {
  private readonly seconds = new Map<string, number>();

  constructor(past: readonly JournalRecord[]) {
    for (const { event } of past) this.hear(event);
  }

  hear(event: RunEvent): void {
    if (event.code === "CopyAvailable" && !this.seconds.has(event.imageId)) {
      this.seconds.set(event.imageId, event.seconds);
    }
  }

  of(imageId: string): number | undefined {
    return this.seconds.get(imageId);
  }
}
