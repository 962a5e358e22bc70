import { mergeLock } from "../../topology";
import type { ChangeableFoundation } from "../commands/keys/foundation";
import type { Host } from "./host";
import { lockOnDisk } from "./lock-on-disk";
import type { CommonOptions, Session } from "./session";

/**
 * The keys that the lock file beside the configuration remembers.
 * @throws ConfigurationError where the lock file cannot be read
 */
export function openFoundation(
  host: Host,
  options: CommonOptions,
  { topology, deployer }: Pick<Session, "topology" | "deployer">,
): ChangeableFoundation {
  const disk = lockOnDisk(host, options, topology);
  const before = disk.stored();
  return {
    locked: mergeLock(topology, before),
    before,
    deployer,
    remember: (change) => disk.write(change(disk.merged().lock)),
  };
}
