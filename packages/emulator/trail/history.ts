import { randomUUID } from "node:crypto";
import type { Clock, Trail, TrailEntry } from "../contract";

/** An entry with the fields that are added when it is recorded. */
export interface TrailEvent extends TrailEntry {
  readonly eventId: string;
  readonly time: Date;
}

/** How long an event can be looked up. Source: CloudTrail user guide, "Working with CloudTrail event history". */
const KEPT_MS = 90 * 86_400_000;

/**
 * Maximum number of events kept for one account in one Region; the oldest are dropped first, so that memory use stays
 * constant.
 */
export const EVENTS_KEPT = 10_000;

/**
 * One account's events of one Region: a ring buffer, so that adding an event takes the same time regardless of how many
 * there are.
 */
export interface Ring {
  readonly events: TrailEvent[];
  /** The position of the next event once the ring is full. */
  next: number;
}

/** CloudTrail's event history of all accounts and Regions. */
export class History implements Trail {
  private readonly rings: Record<string, Ring> = {};

  constructor(private readonly clock: Pick<Clock, "now">) {}

  record(entry: TrailEntry): void {
    const ring = (this.rings[`${entry.recipient}/${entry.region}`] ??= { events: [], next: 0 });
    const event: TrailEvent = { ...entry, eventId: randomUUID(), time: this.clock.now() };
    if (ring.events.length < EVENTS_KEPT) {
      ring.events.push(event);
      return;
    }
    ring.events[ring.next] = event;
    ring.next = (ring.next + 1) % EVENTS_KEPT;
  }

  newest(account: string, region: string, isWanted: (entry: TrailEntry) => boolean): TrailEvent | undefined {
    return this.of(account, region).find(isWanted);
  }

  /** Newest first. */
  of(account: string, region: string): readonly TrailEvent[] {
    const ring = this.rings[`${account}/${region}`];
    if (ring === undefined) return [];
    const oldest = this.clock.now().getTime() - KEPT_MS;
    return [...ring.events.slice(ring.next), ...ring.events.slice(0, ring.next)]
      .filter(({ time }) => time.getTime() >= oldest)
      .reverse();
  }
}
