import type { AwsAccess } from "../../../scripts/aws";
import type { JournalRecord } from "../../../scripts/engine/journal";
import { CALLS } from "../../../scripts/engine/fence";
import { eachCall } from "../each-call";

/** The error that every call of a killed process throws. */
export class Killed extends TypeError {}

/** Calls that change nothing: being killed before one of them is the same as being killed after it. */
const READS: ReadonlySet<string> = new Set(
  Object.values(CALLS).flatMap((calls) =>
    Object.entries(calls).flatMap(([name, kind]) => (kind === "reads" ? [name] : [])),
  ),
);

const SERVED = "served, not heard of";

/**
 * Kills a run of the script at one point. Points are counted: before a call is sent, after a changing call was served and
 * before its response arrives, and before a journal record is written. From then on the process has no visible effect.
 */
export class Bomb {
  /** Description of each point, in the order in which the run reached them. */
  readonly points: string[] = [];
  private exploded = false;

  /**
   * @param at number of the point, from 1; with 0 the run is never killed
   * @param afterChange whether the run is killed only at the next point after that one at which a change was served. @default false
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
