import type { Topology, TopologyInput } from "../../topology";
import { examine, type Examination } from "../commands/examine";
import { openFoundation } from "./foundation";
import { readInSession } from "./in-session";
import type { CommonOptions } from "./options";
import { lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export type DoctorOptions = CommonOptions;

/**
 * Finds problems on AWS before they cause failures: everything that a run depends on, and what would fail later or in another
 * account. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns every check with its state; `ok` if none has failed
 * @throws ConfigurationError for a topology that is not valid, with all problems
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function doctor(
  topology: TopologyInput | Topology,
  options: DoctorOptions = {},
  world: World = systemWorld,
): Promise<Examination> {
  return readInSession(world, topology, options, (session) =>
    examine(lookOf(world, session), openFoundation(session), session.settings),
  );
}
