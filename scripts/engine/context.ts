import type { AwsAccess, SourceLooks } from "../aws";
import type { Selection, Topology } from "../../topology";
import type { Clock } from "./clock";
import type { EventSink } from "./events";
import type { JournalRecord } from "./journal";
import type { CopyPollers } from "./poller";
import type { Settings } from "./settings";

/** What every look at AWS needs. */
export interface ReadContext {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  /** The copy jobs that are looked at. @default - all of them */
  readonly only?: Selection;
  /** @default - the machine's */
  readonly clock?: Clock;
}

/** What a look at what rules carry needs, whoever looks. */
export interface SourceContext {
  readonly topology: Topology;
  readonly aws: SourceLooks;
}

/** What those who change something know of the leases under which they do. */
export interface Holding {
  /** Higher than that of everybody who has held one of them before. */
  readonly number: number;
  /** AWS without the fence: only to take back what was done too late, when a lease had been lost. */
  readonly unfenced: AwsAccess;
}

/** What every step that changes something needs; its `aws` refuses every change once a lease is lost. */
export interface StepContext extends ReadContext {
  readonly holding: Holding;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Writes the journal, then tells whoever listens. */
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
