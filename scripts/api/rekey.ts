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
  /** Only count what would be copied. @default false */
  readonly dryRun?: boolean;
  /** Remove images and snapshots that have been replaced and that nothing uses. @default false */
  readonly removeReplaced?: boolean;
  /** Called before the first change, with what was found. @default - no confirmation */
  readonly confirm?: (found: RekeyReport) => Promise<boolean>;
}

/**
 * Copies what is encrypted with earlier generations of a key to the current one, in every account of the topology, and lists what other
 * teams must do. Uses the deploy role of each account. After a crash at any point, the same call continues.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` if nothing was started, `failures` if something could not be copied, `unseen` if something could not be checked
 * @throws ConfigurationError for a topology that is not valid, or a key that it does not have
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `LeaseHeld` if another process works on the key; `Interrupted` if it is aborted
 */
export function rekey(
  topology: TopologyInput | Topology,
  options: RekeyOptions,
  world: World = systemWorld,
): Promise<RekeyReport> {
  const { key, dryRun = false, removeReplaced = false, confirm = () => Promise.resolve(true) } = options;
  // Work that changes something must be able to release its lease.
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
