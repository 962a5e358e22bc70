import { readIfPresent, writeIfChanged } from "../../core/whole-file";
import {
  lockText,
  mergeLock,
  parseLock,
  type Lock,
  type LockedTopology,
  type Topology,
} from "../../topology";
import type { Project } from "./project";

/** The lock file of a project. */
export interface LockOnDisk {
  /** The current content of the file. @throws ConfigurationError if it cannot be read */
  stored(): Lock;
  /** The topology, merged with that content. @throws ConfigurationError if it cannot be read */
  merged(): LockedTopology;
  write(lock: Lock): void;
}

export function lockOnDisk({ lock: file }: Project, topology: Topology): LockOnDisk {
  const stored = () => parseLock(readIfPresent(file), file);
  return {
    stored,
    merged: () => mergeLock(topology, stored()),
    write: (lock) => writeIfChanged(file, lockText(lock), "everybody"),
  };
}
