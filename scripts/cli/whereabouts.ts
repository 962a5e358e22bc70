import type { Topology } from "../../topology";
import type { ApiEvent, CommandStarted } from "../api/events";
import { tellStarted } from "../api/started";
import { whereText } from "../report/where-text";
import type { Host } from "./host";
import { projectAt } from "./load-config";

export interface TellOptions {
  /** Path of the topology's file, where the user has named one. */
  readonly config?: string;
  readonly json?: boolean;
  /** Nobody is asked, and no credentials are used. @default false */
  readonly offline?: boolean;
}

/** Prints in one line on standard error where a command works, when the API tells it; hears nothing else. */
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

/** The same for commands that are not in the API. */
export async function tellWhereabouts(host: Host, topology: Topology, options: TellOptions): Promise<void> {
  const { offline = false } = options;
  const onEvent = startedTo(host, options);
  await tellStarted(host, projectAt(host, options.config), topology, { onEvent, offline });
}

/**
 * Says the same of a command that reads what it is given and nothing else. With `--json` nothing is said: there is no
 * event to follow.
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
