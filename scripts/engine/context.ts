import type { AwsAccess, SourceLooks } from "../aws";
import type { Selection, Topology } from "../../topology";
import type { Clock } from "./clock";
import type { EventSink } from "./events";
import type { JournalRecord } from "./journal";
import type { CopyPollers } from "./poller";
import type { Settings } from "./settings";

/** What every read from AWS needs. */
export interface ReadContext {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  /** The copy jobs that are read. @default - all of them */
  readonly only?: Selection;
  /** @default - the machine's */
  readonly clock?: Clock;
}

/** What reading the sources of rules needs, for any command. */
export interface SourceContext {
  readonly topology: Topology;
  readonly aws: SourceLooks;
}

/** What a step that changes something knows about its leases. */
export interface Holding {
  /** Higher than the number of every earlier holder of one of them. */
  readonly number: number;
  /** AWS without the fence: only to undo what was done too late, after a lease was lost. */
  readonly unfenced: AwsAccess;
}

/** What every step that changes something needs; its `aws` refuses every change once a lease is lost. */
export interface StepContext extends ReadContext {
  readonly holding: Holding;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Writes the journal, then calls the listener. */
  readonly emit: EventSink;
  /** Aborted when the user interrupts, or the lease is lost. */
  readonly signal: AbortSignal;
}

/** What every step of a run needs. */
export interface RunContext extends StepContext {
  /** Unique id of the run. */
  readonly run: string;
  /** What earlier runs wrote. */
  readonly past: readonly JournalRecord[];
  readonly pollers: CopyPollers;
}
