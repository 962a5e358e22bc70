import type { Place } from "../../topology";
import type { Clock } from "./clock";
import type { CopyQuotas } from "./copy-quotas";
import { placeId } from "./place-id";
import type { Settings } from "./settings";

/** The right to have one copy in progress in an account and Region. */
export interface Slot {
  /**
   * Call this when AWS refused to start a copy because too many are in progress: other copies do not start until some have
   * ended, and this one waits before it retries.
   */
  refused(): Promise<void>;
  leave(): void;
}

type SlotSettings = Pick<Settings, "quotaPauseSeconds" | "quotaPauseMaxSeconds">;

/**
 * The quota of copies in progress, for each account and destination Region. Rules take turns, so that a rule
 * with many images does not starve one with few. A refusal of AWS lowers the number; a successful copy raises it again.
 */
export class Slots {
  private readonly places = new Map<string, PlaceSlots>();

  constructor(
    private readonly clock: Clock,
    private readonly settings: SlotSettings,
    private readonly signal: AbortSignal,
    private readonly quotas: CopyQuotas,
  ) {}

  /**
   * @param rule name of the rule on whose behalf the copy is made
   * @param onWait called if no slot is free immediately
   */
  enter(place: Place, rule: string, onWait: () => void): Promise<Slot> {
    return this.at(place).enter(rule, onWait);
  }

  /** For a copy that is in progress already: it has its slot, even beyond the quota. */
  join(place: Place): Slot {
    return this.at(place).join();
  }

  private at(place: Place): PlaceSlots {
    const id = placeId(place);
    const slots = this.places.get(id) ?? this.slotsOf(place);
    this.places.set(id, slots);
    return slots;
  }

  private slotsOf(place: Place): PlaceSlots {
    // A quota of zero would make every copy wait forever, so one is tried and AWS's error is reported.
    const most = Math.max(1, this.quotas.of(place).copiesAtOnce);
    return new PlaceSlots(this.clock, this.settings, this.signal, most);
  }
}

class PlaceSlots {
  private capacity: number;
  private taken = 0;
  private pauseSeconds: number;
  private refusedAt = Number.NEGATIVE_INFINITY;
  /** Rule -> waiting copies; the first rule is next. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly clock: Clock,
    private readonly settings: SlotSettings,
    private readonly signal: AbortSignal,
    private readonly most: number,
  ) {
    this.capacity = most;
    this.pauseSeconds = settings.quotaPauseSeconds;
  }

  async enter(rule: string, onWait: () => void): Promise<Slot> {
    if (this.taken < this.capacity && this.waiting.size === 0) return this.join();
    onWait();
    await new Promise<void>((admit) => {
      const others = this.waiting.get(rule);
      if (others === undefined) this.waiting.set(rule, [admit]);
      else others.push(admit);
    });
    return this.slot();
  }

  join(): Slot {
    this.taken += 1;
    return this.slot();
  }

  private slot(): Slot {
    return {
      refused: () => this.refused(),
      leave: () => this.leave(),
    };
  }

  private leave(): void {
    this.taken -= 1;
    if (this.sinceRefusal() >= this.settings.quotaPauseMaxSeconds) {
      this.capacity = Math.min(this.most, this.capacity + 1);
      this.pauseSeconds = this.settings.quotaPauseSeconds;
    }
    this.admit();
  }

  private async refused(): Promise<void> {
    // If the quota is far lower than expected, many copies are refused at the same time; they count as one refusal.
    if (this.sinceRefusal() > this.settings.quotaPauseSeconds) {
      this.capacity = Math.max(1, Math.min(this.capacity, this.taken) - 1);
      this.pauseSeconds = Math.min(this.settings.quotaPauseMaxSeconds, this.pauseSeconds * 2);
    }
    this.refusedAt = this.clock.now().getTime();
    await this.clock.sleep(this.pauseSeconds, this.signal);
  }

  private sinceRefusal(): number {
    return (this.clock.now().getTime() - this.refusedAt) / 1000;
  }

  private admit(): void {
    while (this.taken < this.capacity) {
      const [next] = this.waiting;
      if (next === undefined) return;
      const [rule, waiting] = next;
      const first = waiting.shift();
      this.waiting.delete(rule);
      if (waiting.length > 0) this.waiting.set(rule, waiting);
      if (first === undefined) continue;
      this.taken += 1;
      first();
    }
  }
}
