import type { AwsAccess } from "../../../scripts/aws";
import type { RunEvent } from "../../../scripts/engine/events";
import type { JournalRecord } from "../../../scripts/engine/journal";
import { AWS_SETTINGS, type Settings } from "../../../scripts/engine/settings";
import type { Plan } from "../../../scripts/engine/results";
import { plan } from "../../../scripts/commands/plan";
import { expectAsPlanned } from "../planned-and-done";
import { run, type RunResult } from "../../../scripts/commands/run";
import type { Selection, Topology } from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

export interface ScriptOptions {
  readonly past?: readonly JournalRecord[];
  readonly settings?: Partial<Settings>;
  readonly signal?: AbortSignal;
  /** Unpin the source images that an unfinished run pinned. @default false */
  readonly repin?: boolean;
  /** Whether the run is compared with its plan; false if other runs run at the same time. @default true */
  readonly followsPlan?: boolean;
  /** Whether another run was just interrupted, possibly after it unpinned its image. @default - whether it pinned an image */
  readonly isResumed?: boolean;
  /** @default - a new connection */
  readonly aws?: AwsAccess;
  readonly append?: (record: JournalRecord) => void;
  readonly listener?: (event: RunEvent) => void;
  /** The copy jobs that the run does. @default - all of them */
  readonly only?: Selection;
  /** How long it waits for another run, in seconds. @default 0 */
  readonly waitSeconds?: number;
  /** The machine of the process. @default "laptop" */
  readonly host?: string;
  /** ID of the process. @default 1 */
  readonly pid?: number;
  /** Whether another process on this host is alive. @default - none is */
  readonly isAlive?: (pid: number) => boolean;
}

/** `keyferry run` on a virtual cloud, like a separate process that writes no files. */
export async function runScript(
  cloud: VirtualCloud,
  topology: Topology,
  options: ScriptOptions = {},
): Promise<RunResult> {
  const settings = { ...AWS_SETTINGS, ...options.settings };
  const pid = options.pid ?? 1;
  const events: RunEvent[] = [];
  const planned = await planOf(cloud, topology, options);
  const result = await run({
    topology,
    aws: options.aws ?? cloud.access(topology, `virtual-${pid}`),
    clock: cloud.clock,
    settings,
    journal: { past: options.past ?? [], append: options.append ?? (() => undefined) },
    keeper: {
      me: { host: options.host ?? "laptop", pid, run: `run-${pid}` },
      clock: cloud.clock,
      settings,
      isAlive: options.isAlive ?? (() => false),
    },
    listener: (event) => {
      events.push(event);
      options.listener?.(event);
    },
    signal: options.signal ?? new AbortController().signal,
    repin: options.repin ?? false,
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.waitSeconds === undefined ? {} : { waitSeconds: options.waitSeconds }),
  });
  if (planned !== undefined) expectAsPlanned(planned, events, result.state === "done", options.isResumed);
  return result;
}

/** The plan of a run. @returns undefined if the test wraps the run's calls, does not compare it, or the run would be refused */
async function planOf(
  cloud: VirtualCloud,
  topology: Topology,
  { aws, past = [], repin = false, followsPlan = true }: ScriptOptions,
): Promise<Plan | undefined> {
  if (aws !== undefined || !followsPlan) return undefined;
  const context = { topology, aws: cloud.access(topology, "planner"), clock: cloud.clock };
  const counted = new Map(cloud.requests);
  const planned = await plan(context, past, { repin });
  cloud.requests.clear();
  for (const [request, count] of counted) cloud.requests.set(request, count);
  return planned.refusals.length === 0 ? planned : undefined;
}
