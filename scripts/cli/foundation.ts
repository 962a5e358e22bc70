import { readIfPresent, writeIfChanged } from "../../core/whole-file";
import { lockFile, workspace } from "../../core/workspace";
import { lockText, mergeLock, parseLock } from "../../topology";
import type { ChangeableFoundation } from "../routes/keys/foundation";
import type { Host } from "./host";
import { configPath } from "./load-config";
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
  const file = lockFile(workspace(host.env, host.cwd), configPath(host, options.config).absolute);
  const read = () => parseLock(readIfPresent(file), file);
  const before = read();
  return {
    locked: mergeLock(topology, before),
    before,
    deployer,
    remember: (change) =>
      writeIfChanged(file, lockText(change(mergeLock(topology, read()).lock)), "everybody"),
  };
}
