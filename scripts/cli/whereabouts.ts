import type { Topology } from "../../topology";
import type { ApiEvent, CommandStarted } from "../api/events";
import { tellStarted } from "../api/started";
import { whereText } from "../report/where-text";
import type { Host } from "./host";
import { projectAt } from "./load-config";

export interface TellOptions {
  /** Path of the topology's file, if the user named one. */
  readonly config?: string;
  readonly json?: boolean;
  /** Makes no calls to find out the caller, and uses no credentials. @default false */
  readonly offline?: boolean;
}

/** An event handler that prints in one line on standard error where a command works, and ignores all other events. */
export function startedTo(host: Host, { json }: Pick<TellOptions, "json">): (event: ApiEvent) => void {
  return (event) => {
    if (event.code !== "CommandStarted") return;
    host.err(
      json === true
        ? JSON.stringify({ at: host.clock.now().toISOString(), ...event })
        : whereaboutsText(event),
    );
  };
}

/** Prints the same line for commands that are not in the API. */
export async function tellWhereabouts(host: Host, topology: Topology, options: TellOptions): Promise<void> {
  const { offline = false } = options;
  const onEvent = startedTo(host, options);
  await tellStarted(host, projectAt(host, options.config), topology, { onEvent, offline });
}

/**
 * Prints the same for a command that reads only what it is given. With `--json` it prints nothing, because there is no event.
 * @param what it reads: `the words`
 */
export function tellNowhere(host: Host, what: string, { json }: Pick<TellOptions, "json">): void {
  if (json !== true) host.err(`${what} only: no AWS calls, no topology`);
}

function whereaboutsText({ cloud, endpoint, caller, callerUnknown, topology, file }: CommandStarted): string {
  const who =
    caller !== undefined
      ? `as ${caller}`
      : callerUnknown !== undefined
        ? `as an unknown caller (${callerUnknown})`
        : "no credentials used";
  return whereText({ kind: cloud, ...(endpoint === undefined ? {} : { endpoint }) }, who, topology, file);
}
