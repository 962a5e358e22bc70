import { mergeLock } from "../../topology";
import type { ChangeableFoundation } from "../commands/keys/foundation";
import { lockOnDisk } from "./lock-on-disk";
import type { Session } from "./session";

/**
 * The keys that are recorded in the lock file of a project.
 * @throws ConfigurationError if the lock file cannot be read
 */
export function openFoundation({
  project,
  topology,
  deployer,
}: Pick<Session, "project" | "topology" | "deployer">): ChangeableFoundation {
  const disk = lockOnDisk(project, topology);
  const before = disk.stored();
  return {
    locked: mergeLock(topology, before),
    before,
    deployer,
    remember: (change) => disk.write(change(disk.merged().lock)),
  };
}
