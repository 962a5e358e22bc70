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
  /** The file that declares the topology, as it was named. */
  readonly file?: string;
}

/** Only this name's directory matters where none is given. */
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
 * The topology with what the lock file remembers of its keys and of the routes that were chosen.
 * @param input as a configuration exports it, or as `resolveTopology` has answered it
 * @throws ConfigurationError with every problem at once
 */
export function topologyOf({ lock }: Project, input: TopologyInput | Topology): Topology {
  const topology = isResolved(input) ? input : resolveTopology(input);
  return withRemembered(topology, parseLock(readIfPresent(lock), lock));
}

function isResolved(input: TopologyInput | Topology): input is Topology {
  return Array.isArray((input as Partial<Topology> | undefined)?.rules);
}
