import type { AwsAccess } from "../../../scripts/aws";
import type { JournalRecord } from "../../../scripts/engine/journal";
import { CALLS } from "../../../scripts/engine/fence";
import { eachCall } from "../each-call";

/** What a killed process throws everywhere. */
export class Killed extends TypeError {}

/** Calls that change nothing: to be killed before one is to be killed after it. */
const READS: ReadonlySet<string> = new Set(
  Object.values(CALLS).flatMap((calls) =>
    Object.entries(calls).flatMap(([name, kind]) => (kind === "reads" ? [name] : [])),
  ),
);

const SERVED = "served, not heard of";

/**
 * Kills a run of the script at one point. Points are counted: before a call is sent, after a call that changes something
 * was served and before its answer arrives, before a record of the journal is written. From then on the process does
 * nothing that anybody sees.
 */
export class Bomb {
  /** What each point was, in the order in which they were passed. */
  readonly points: string[] = [];
  private exploded = false;

  /**
   * @param at number of the point, from 1; 0: never
   * @param afterChange whether it waits, from that point on, until a change is served. @default false
   */
  constructor(
    private readonly at = 0,
    private readonly afterChange = false,
  ) {}

  get hasGoneOff(): boolean {
    return this.exploded;
  }

  around(aws: AwsAccess): AwsAccess {
    return eachCall(aws, async (operation, call) => {
      this.pass(`${operation}: not sent`);
      try {
        return await call();
      } finally {
        if (READS.has(operation)) this.alive();
        else this.pass(`${operation}: ${SERVED}`);
      }
    });
  }

  append(records: JournalRecord[]): (record: JournalRecord) => void {
    return (record) => {
      this.pass(`${record.event.code}: not written down`);
      records.push(record);
    };
  }

  private pass(point: string): void {
    this.alive();
    this.points.push(point);
    if (this.at === 0 || this.points.length < this.at) return;
    if (this.afterChange && !point.endsWith(SERVED)) return;
    this.exploded = true;
    this.alive();
  }

  private alive(): void {
    if (this.exploded) throw new Killed("killed");
  }
}
