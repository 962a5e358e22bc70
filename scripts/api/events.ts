import type { RunEvent } from "../engine/events";

/** The first event of every command: where it works, as whom, and on what. */
export interface CommandStarted {
  readonly code: "CommandStarted";
  readonly cloud: "aws" | "rehearsal";
  /** Of the rehearsal cloud. */
  readonly endpoint?: string;
  /** ARN that the credentials belong to; absent: none are used, or nobody knows whose they are. */
  readonly caller?: string;
  /** Why it is not known whose the credentials are. */
  readonly callerUnknown?: string;
  /** Name of the topology. */
  readonly topology: string;
  /** The file that declares it, where one was named. */
  readonly file?: string;
}

/** Everything that a command tells, as data. `code` and the fields are the contract. */
export type ApiEvent = CommandStarted | RunEvent;
