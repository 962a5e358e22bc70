import type { RunEvent } from "../engine/events";

/** The first event of every command: where it works, as whom, and on what. */
export interface CommandStarted {
  readonly code: "CommandStarted";
  readonly cloud: "aws" | "rehearsal";
  /** Endpoint of the rehearsal cloud. */
  readonly endpoint?: string;
  /** ARN that the credentials belong to; absent if no credentials are used, or the ARN is not known. */
  readonly caller?: string;
  /** Why the ARN of the credentials is not known. */
  readonly callerUnknown?: string;
  /** Name of the topology. */
  readonly topology: string;
  /** The file that declares it, if one was named. */
  readonly file?: string;
}

/** All events of commands, as data. `code` and the fields are part of the public contract. */
export type ApiEvent = CommandStarted | RunEvent;
