import type { Topology, TopologyInput } from "../../topology";
import { status as statusOf } from "../commands/status";
import { readJournal } from "../engine/journal";
import type { Status } from "../engine/results";
import { onlyOf } from "./chosen";
import { openFoundation } from "./foundation";
import { readInSession } from "./in-session";
import type { CommonOptions, OnlyOptions } from "./options";
import { lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export type StatusOptions = CommonOptions & OnlyOptions;

/**
 * Returns what is running, what is up to date and what is pending. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function status(
  topology: TopologyInput | Topology,
  options: StatusOptions = {},
  world: World = systemWorld,
): Promise<Status> {
  return readInSession(world, topology, options, (session) => {
    const look = { ...lookOf(world, session), ...onlyOf(session.topology, options) };
    return statusOf(look, openFoundation(session), readJournal(session.journal));
  });
}
