import { readIfPresent, writeIfChanged } from "../../core/whole-file";
import { lockFile, workspace } from "../../core/workspace";
import {
  lockText,
  mergeLock,
  parseLock,
  type Lock,
  type LockedTopology,
  type Topology,
} from "../../topology";
import type { Host } from "./host";
import { configPath } from "./load-config";
import type { CommonOptions } from "./session";

/** The lock file beside the configuration. */
export interface LockOnDisk {
  /** What is written there now. @throws ConfigurationError where it cannot be read */
  stored(): Lock;
  /** The topology, merged into that. @throws ConfigurationError where it cannot be read */
  merged(): LockedTopology;
  write(lock: Lock): void;
}

/** @param options name the configuration that the lock file lies beside */
export function lockOnDisk(host: Host, options: CommonOptions, topology: Topology): LockOnDisk {
  const file = lockFile(workspace(host.env, host.cwd), configPath(host, options.config).absolute);
  const stored = () => parseLock(readIfPresent(file), file);
  return {
    stored,
    merged: () => mergeLock(topology, stored()),
    write: (lock) => writeIfChanged(file, lockText(lock), "everybody"),
  };
}
