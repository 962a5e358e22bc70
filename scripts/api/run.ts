import type { Topology, TopologyInput } from "../../topology";
import { run as runOf } from "../commands/run";
import type { Settings } from "../engine/settings";
import { onlyOf, publishedAgain } from "./chosen";
import { changing, type RunResult } from "./changing";
import type { CommonOptions, OnlyOptions, SourceOptions } from "./options";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface RunOptions extends CommonOptions, OnlyOptions, SourceOptions {
  /** Copies in progress at the same time in one account and Region. @default - the quota that Service Quotas reports */
  readonly maxCopies?: number;
  /** Shortest pause between two checks of the copies. @default 5 */
  readonly pollMinSeconds?: number;
  /** Longest pause between two checks of the copies. @default 120 */
  readonly pollMaxSeconds?: number;
  /**
   * How long to wait if another run works on rules of the same source account and Region: runs of parts of a topology that are
   * started together take turns there.
   * @default 0
   */
  readonly waitSeconds?: number;
}

/**
 * Carries the images of a topology to their destinations, and continues where an earlier run stopped: copies, shares, re-encrypts,
 * publishes, withdraws. Writes the journal of the project.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns the result of every copy job; `failed` if one failed, `interrupted` if the run was aborted
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws PreflightRefused if a precondition is not met, with all reasons; nothing has been changed
 * @throws AwsCallError if AWS refuses a call without which nothing can be started
 * @throws KeyferryError `LeaseHeld` if another run is still in progress after the wait; `Interrupted` if it is aborted before it begins
 */
export function run(
  topology: TopologyInput | Topology,
  options: RunOptions = {},
  world: World = systemWorld,
): Promise<RunResult> {
  return changing(world, topology, options, (session, input) =>
    runOf({
      ...input,
      ...onlyOf(session.topology, options),
      settings: withOptions(session.settings, options),
      repin: options.repin ?? false,
      ...(options.waitSeconds === undefined ? {} : { waitSeconds: options.waitSeconds }),
      publish: publishedAgain(session.topology, options),
    }),
  );
}

function withOptions(settings: Settings, options: RunOptions): Settings {
  const pollMinSeconds = options.pollMinSeconds ?? settings.pollMinSeconds;
  const pollMaxSeconds = Math.max(pollMinSeconds, options.pollMaxSeconds ?? settings.pollMaxSeconds);
  return {
    ...settings,
    ...(options.maxCopies === undefined ? {} : { maxCopiesPerPlace: options.maxCopies }),
    pollMinSeconds,
    pollMaxSeconds,
    progressSeconds: Math.min(settings.progressSeconds, pollMaxSeconds),
  };
}
