import type { Topology, TopologyInput } from "../../topology";
import { rekey as rekeyOf } from "../commands/keys/rekey";
import type { RekeyReport } from "../engine/results";
import { openFoundation } from "./foundation";
import { inSession, readInSession } from "./in-session";
import type { CommonOptions } from "./options";
import { keeperOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface RekeyOptions extends CommonOptions {
  /** `ACCOUNT/REGION/NAME`, or `ACCOUNT/NAME` for every Region of the key. */
  readonly key: string;
  /** Only look, and count what would be copied. @default false */
  readonly dryRun?: boolean;
  /** Remove images and snapshots that have been replaced and that nothing uses. @default false */
  readonly removeReplaced?: boolean;
  /** Asked before the first change, with what was found. @default - nobody is asked */
  readonly confirm?: (found: RekeyReport) => Promise<boolean>;
}

/**
 * Moves what is under the former generations of a key to the present one, in every account of the topology, and lists what is for others to
 * do. Works as the deploy role of each account. Given again after a crash at any point, it goes on.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` where nothing was begun, `failures` where something could not be moved, `unseen` where something could not be looked at
 * @throws ConfigurationError for a topology that is not valid, or a key that it does not have
 * @throws AwsCallError where AWS refuses what nothing can be told without
 * @throws KeyferryError `LeaseHeld` where another process works on the key; `Interrupted` where it is aborted
 */
export function rekey(
  topology: TopologyInput | Topology,
  options: RekeyOptions,
  world: World = systemWorld,
): Promise<RekeyReport> {
  const { key, dryRun = false, removeReplaced = false, confirm = () => Promise.resolve(true) } = options;
  // Whoever changes something must be able to give its lease back.
  const open = dryRun ? readInSession : inSession;
  return open(world, topology, options, (session, { signal }) =>
    rekeyOf({
      foundation: openFoundation(session),
      named: key,
      dryRun,
      removeReplaced,
      keeper: keeperOf(world, session),
      signal,
      confirm,
    }),
  );
}
