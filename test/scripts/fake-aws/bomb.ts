/** The error that a killed process throws everywhere. */
export class Crash extends TypeError {}

/** Kills a run at one boundary: afterwards nothing that it does has an effect. */
export class Bomb {
  ticks = 0;
  exploded = false;

  /** @param at the boundary, from 1; 0: never */
  constructor(private readonly at = 0) {}

  tick(): void {
    this.alive();
    this.ticks += 1;
    if (this.ticks === this.at) {
      this.exploded = true;
      this.alive();
    }
  }

  alive(): void {
    if (this.exploded) throw new Crash("killed");
  }
}
