import type { Topology, TopologyInput } from "../../topology";
import { rollback as rollbackOf } from "../commands/rollback";
import { planRollback as planRollbackOf, type RollbackRequest } from "../commands/rollback-plan";
import type { RollbackPlan } from "../engine/results";
import { changing, type RunResult } from "./changing";
import { readInSession } from "./in-session";
import type { CommonOptions } from "./options";
import { lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

/**
 * Points the published parameter of an image back at the previous verified copy, and holds the newer one back until the
 * rule carries another source image or `run` is called with `publish`. The journal of the project is written.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param request which image, and in which accounts
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology, image or account that is not valid
 * @throws PreflightRefused where there is nothing to go back to, with every reason; nothing has been changed
 * @throws AwsCallError where AWS refuses what nothing can be begun without
 * @throws KeyferryError `LeaseHeld` where a run is in progress; `Interrupted` where it is aborted before it begins
 */
export function rollback(
  topology: TopologyInput | Topology,
  request: RollbackRequest,
  options: CommonOptions = {},
  world: World = systemWorld,
): Promise<RunResult> {
  return changing(world, topology, options, (_, input) => rollbackOf({ ...input, request }));
}

/**
 * What `rollback` would do. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param request which image, and in which accounts
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology, image or account that is not valid
 * @throws AwsCallError where AWS refuses what nothing can be told without
 * @throws KeyferryError `Interrupted` where it is aborted
 */
export function planRollback(
  topology: TopologyInput | Topology,
  request: RollbackRequest,
  options: CommonOptions = {},
  world: World = systemWorld,
): Promise<RollbackPlan> {
  return readInSession(world, topology, options, (session) =>
    planRollbackOf(lookOf(world, session), request),
  );
}
