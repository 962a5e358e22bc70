import type { AwsAccess } from "../aws";
import type { Topology } from "../../topology";
import type { Clock } from "./clock";
import type { EventSink } from "./events";
import type { JournalRecord } from "./journal";
import type { CopyPollers } from "./poller";
import type { Settings } from "./settings";

/** What every look at AWS needs. */
export interface LookContext {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  /** @default - the machine's */
  readonly clock?: Clock;
}

/** What every step of a run needs. */
export interface RunContext extends LookContext {
  /** Unique id of the run. */
  readonly run: string;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Writes the journal, then tells whoever listens. */
  readonly emit: EventSink;
  /** What earlier runs wrote. */
  readonly past: readonly JournalRecord[];
  readonly pollers: CopyPollers;
  /** Aborted when the user interrupts, or the lease is lost. */
  readonly signal: AbortSignal;
}
