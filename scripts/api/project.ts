import path from "node:path";
import { readIfPresent } from "../../core/whole-file";
import { lockFile, workspace, type Workspace } from "../../core/workspace";
import {
  parseLock,
  resolveTopology,
  withRemembered,
  type Topology,
  type TopologyInput,
} from "../../topology";
import type { ProjectOptions } from "./options";
import type { World } from "./world";

/** A directory in which Keyferry works on one topology. */
export interface Project {
  readonly workspace: Workspace;
  /** Absolute path of the lock file. */
  readonly lock: string;
  /** The file that declares the topology, as the caller named it. */
  readonly file?: string;
}

/** If no file is given, only the directory of this name matters. */
const NO_FILE = "keyferry.config.ts";

export function projectOf(
  { env, cwd }: Pick<World, "env" | "cwd">,
  { directory = ".", configuration }: ProjectOptions,
): Project {
  const root = path.resolve(cwd, directory);
  const place = workspace(env, root);
  return {
    workspace: place,
    lock: lockFile(place, path.resolve(root, configuration ?? NO_FILE)),
    ...(configuration === undefined ? {} : { file: configuration }),
  };
}

/**
 * The topology with the keys and chosen routes that are recorded in the lock file.
 * @param input as a configuration exports it, or as `resolveTopology` returns it
 * @throws ConfigurationError with all problems
 */
export function topologyOf({ lock }: Project, input: TopologyInput | Topology): Topology {
  const topology = isResolved(input) ? input : resolveTopology(input);
  return withRemembered(topology, parseLock(readIfPresent(lock), lock));
}

function isResolved(input: TopologyInput | Topology): input is Topology {
  return Array.isArray((input as Partial<Topology> | undefined)?.rules);
}
