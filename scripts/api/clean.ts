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
  /** Remove what is found; never what is in use, or not Keyferry's. @default false - it is only listed */
  readonly apply?: boolean;
}

/**
 * Lists what runs left behind, each with its reason, and removes it where that is asked for.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` where something cannot be looked at, for one because a run is in progress
 * @throws ConfigurationError for a topology that is not valid, with every problem at once
 * @throws AwsCallError where AWS refuses what nothing can be told without
 * @throws KeyferryError `LeaseHeld` where a run has begun meanwhile; `Interrupted` where it is aborted
 */
export function clean(
  topology: TopologyInput | Topology,
  options: CleanOptions = {},
  world: World = systemWorld,
): Promise<CleanReport> {
  const { apply = false } = options;
  // Whoever removes something must be able to give its leases back.
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
