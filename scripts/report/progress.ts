import type { RunEvent } from "../engine/events";

/** Tracks what is in progress from events, for the line that is printed after a long silence. */
export class InProgress {
  private readonly copies = new Map<string, string>();

  hear(event: RunEvent): void {
    if (event.code === "CopyAvailable" || event.code === "CopyDead") this.copies.delete(event.node);
    if (event.code === "CopyStarted") this.copies.set(event.node, `${event.imageId} pending`);
    if (event.code === "CopyFound" && event.state !== "available") {
      this.copies.set(event.node, `${event.imageId} ${event.state}`);
    }
    if (event.code === "CopyProgressed") {
      const { state, percent, reason } = event.progress;
      const words = reason === undefined ? "" : `, AWS says: ${reason}`;
      this.copies.set(event.node, `${event.imageId} ${state} ${percent} %${words}`);
    }
  }

  /** One line for each copy in progress. */
  lines(): readonly string[] {
    return [...this.copies].map(([node, text]) => `still in progress: ${node}: ${text}`);
  }
}
