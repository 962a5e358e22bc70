import type { Topology, TopologyInput } from "../../topology";
import { rollout as rolloutOf } from "../commands/rollout";
import type { Rollout } from "../engine/results";
import { onlyOf } from "./chosen";
import { inSession } from "./in-session";
import type { CommonOptions, OnlyOptions } from "./options";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface RolloutOptions extends CommonOptions, OnlyOptions {
  /** Wait until the replacements have ended. @default true */
  readonly wait?: boolean;
  /** Cancel a replacement that was started for an earlier image, and start a new one. @default false */
  readonly restart?: boolean;
  /** Cancel the replacements in progress, and start none. @default false */
  readonly cancel?: boolean;
}

/**
 * Replaces the instances of groups that opted in (`launch.refresh`) with instances of the published image.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns the result for each group; `interrupted` if it is aborted, in which case replacements continue in AWS
 * @throws ConfigurationError for a topology or options that are not valid, and if no group has opted in
 * @throws KeyferryError `Interrupted` if it is aborted before it begins
 */
export function rollout(
  topology: TopologyInput | Topology,
  options: RolloutOptions = {},
  world: World = systemWorld,
): Promise<Rollout> {
  const { wait = true, restart = false, cancel = false } = options;
  return inSession(world, topology, options, (session, { listener, signal }) =>
    rolloutOf({
      topology: session.topology,
      aws: session.aws,
      clock: world.clock,
      settings: session.settings,
      listener,
      signal,
      request: { wait, restart, cancel },
      isChosen: onlyOf(session.topology, options).only?.includes ?? (() => true),
    }),
  );
}
