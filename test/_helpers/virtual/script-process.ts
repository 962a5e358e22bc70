import type { AwsAccess } from "../../../scripts/aws";
import type { RunEvent } from "../../../scripts/engine/events";
import type { JournalRecord } from "../../../scripts/engine/journal";
import { AWS_SETTINGS, type Settings } from "../../../scripts/engine/settings";
import { run, type RunResult } from "../../../scripts/routes/run";
import type { Topology } from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

export interface ScriptOptions {
  readonly past?: readonly JournalRecord[];
  readonly settings?: Partial<Settings>;
  readonly signal?: AbortSignal;
  /** Give up the source images that an unfinished run has pinned. @default false */
  readonly repin?: boolean;
  /** @default - connected anew */
  readonly aws?: AwsAccess;
  readonly append?: (record: JournalRecord) => void;
  readonly listener?: (event: RunEvent) => void;
  /** Number of the process. @default 1 */
  readonly pid?: number;
  /** Whether another process of this host lives. @default - none does */
  readonly isAlive?: (pid: number) => boolean;
}

/** `keyferry run` on a virtual cloud, as a process of its own that writes no files. */
export function runScript(
  cloud: VirtualCloud,
  topology: Topology,
  options: ScriptOptions = {},
): Promise<RunResult> {
  const settings = { ...AWS_SETTINGS, ...options.settings };
  const pid = options.pid ?? 1;
  return run({
    topology,
    aws: options.aws ?? cloud.access(topology, `virtual-${pid}`),
    clock: cloud.clock,
    settings,
    journal: { past: options.past ?? [], append: options.append ?? (() => undefined) },
    keeper: {
      me: { host: "laptop", pid, run: `run-${pid}` },
      clock: cloud.clock,
      settings,
      isAlive: options.isAlive ?? (() => false),
    },
    listener: options.listener ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    repin: options.repin ?? false,
  });
}
