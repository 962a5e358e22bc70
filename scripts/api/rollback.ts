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
 * Points the published parameters of an image back at the previous verified copies, and does not publish the newer ones until the
 * rule copies another source image or `run` is called with `publish`. Writes the journal of the project.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param request which image, and in which accounts
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology, image or account that is not valid
 * @throws PreflightRefused if there is no copy to go back to, with all reasons; nothing has been changed
 * @throws AwsCallError if AWS refuses a call without which nothing can be started
 * @throws KeyferryError `LeaseHeld` if a run is in progress; `Interrupted` if it is aborted before it begins
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
 * Returns what `rollback` would do. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param request which image, and in which accounts
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology, image or account that is not valid
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `Interrupted` if it is aborted
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
