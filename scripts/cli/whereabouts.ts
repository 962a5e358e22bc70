import { workspace } from "../../core/workspace";
import type { Topology } from "../../topology";
import { whereText } from "../report/where-text";
import type { Host } from "./host";
import { configPath } from "./load-config";

/** Where a command works, as whom, and on what. */
export interface Whereabouts {
  readonly cloud: "aws" | "rehearsal";
  /** Of the rehearsal cloud. */
  readonly endpoint?: string;
  /** ARN that the credentials belong to; absent: none are used, or nobody knows whose they are. */
  readonly caller?: string;
  /** Why it is not known whose the credentials are. */
  readonly callerUnknown?: string;
  /** Name of the topology, and the file that declares it. */
  readonly topology: string;
  readonly file: string;
}

export interface TellOptions {
  /** Path of the topology's file, where the user has named one. */
  readonly config?: string;
  readonly json?: boolean;
  /** Nobody is asked, and no credentials are used. @default false */
  readonly offline?: boolean;
}

/**
 * Says in one line on standard error, before anything else, where the command works. That nobody can be found out to be
 * the caller ends nothing: what needs AWS says it with the reason and the fix.
 */
export async function tellWhereabouts(host: Host, topology: Topology, options: TellOptions): Promise<void> {
  const { kind, endpoint } = workspace(host.env, host.cwd);
  const where: Whereabouts = {
    cloud: kind,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(options.offline === true ? {} : await callerOf(host, topology)),
    topology: topology.name,
    file: configPath(host, options.config).named,
  };
  host.err(
    options.json === true
      ? JSON.stringify({ at: host.clock.now().toISOString(), code: "CommandStarted", ...where })
      : whereaboutsText(where),
  );
}

/**
 * Says the same of a command that reads what it is given and nothing else. With `--json` nothing is said: there is no
 * event to follow.
 * @param what it reads: `the words`
 */
export function tellNowhere(host: Host, what: string, { json }: Pick<TellOptions, "json">): void {
  if (json !== true) host.err(`${what} only: no AWS calls, no topology`);
}

async function callerOf(
  host: Host,
  topology: Topology,
): Promise<Pick<Whereabouts, "caller" | "callerUnknown">> {
  try {
    return { caller: await host.caller(topology) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { callerUnknown: reason.split("\n", 1)[0] ?? "" };
  }
}

function whereaboutsText({ cloud, endpoint, caller, callerUnknown, topology, file }: Whereabouts): string {
  const who =
    caller !== undefined
      ? `as ${caller}`
      : callerUnknown !== undefined
        ? `as an unknown caller (${callerUnknown})`
        : "no credentials used";
  return whereText({ kind: cloud, ...(endpoint === undefined ? {} : { endpoint }) }, who, topology, file);
}
