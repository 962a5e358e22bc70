import type { Topology, TopologyInput } from "../../topology";
import { verify as verifyOf } from "../commands/verify";
import type { Verification } from "../engine/results";
import { onlyOf } from "./chosen";
import { openFoundation } from "./foundation";
import { readInSession } from "./in-session";
import type { CommonOptions, OnlyOptions } from "./options";
import { lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export type VerifyOptions = CommonOptions & OnlyOptions;

/**
 * Verifies every copy on AWS: images, keys, sizes, tags, parameters, and that no share and no transit copy is left. Changes
 * nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns `ok` if nothing is wrong; problems are listed by copy job
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function verify(
  topology: TopologyInput | Topology,
  options: VerifyOptions = {},
  world: World = systemWorld,
): Promise<Verification> {
  return readInSession(world, topology, options, (session) => {
    const look = { ...lookOf(world, session), ...onlyOf(session.topology, options) };
    return verifyOf(look, openFoundation(session));
  });
}
