import type { Topology, TopologyInput } from "../../topology";
import { clean as cleanOf } from "../commands/clean";
import type { CleanReport } from "../engine/results";
import { openFoundation } from "./foundation";
import { inSession, readInSession } from "./in-session";
import type { CommonOptions } from "./options";
import { keeperOf, lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface CleanOptions extends CommonOptions {
  /** Remove what is listed, but nothing that is in use or that Keyferry did not create. @default false */
  readonly apply?: boolean;
}

/**
 * Lists what runs left behind, each with its reason, and removes it if requested.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` if something cannot be checked, for example because a run is in progress
 * @throws ConfigurationError for a topology that is not valid, with all problems
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `LeaseHeld` if a run has started in the meantime; `Interrupted` if it is aborted
 */
export function clean(
  topology: TopologyInput | Topology,
  options: CleanOptions = {},
  world: World = systemWorld,
): Promise<CleanReport> {
  const { apply = false } = options;
  // Work that removes something must be able to release its leases.
  const open = apply ? inSession : readInSession;
  return open(world, topology, options, (session, { listener, signal }) => {
    const { settings } = session;
    const keeper = keeperOf(world, session);
    const look = { ...lookOf(world, session), clock: world.clock };
    return cleanOf({
      ...look,
      foundation: openFoundation(session),
      settings,
      keeper,
      listener,
      signal,
      apply,
    });
  });
}
