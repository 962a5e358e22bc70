import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { runProgramFile } from "../../core/program-file";
import { resolveTopology, type Topology } from "../../topology";
import { projectOf, topologyOf, type Project } from "../api/project";
import type { Host } from "./host";

/** The file that declares the topology, unless the user names another one. */
const DEFAULT_FILE = "keyferry.config.ts";

/**
 * The configuration file as the user named it, and its absolute path.
 * @param named relative to the working directory. @default - KEYFERRY_CONFIG, as for synthesis, or keyferry.config.ts
 */
export function configPath({ cwd, env }: Pick<Host, "cwd" | "env">, named?: string) {
  const file = named ?? (env["KEYFERRY_CONFIG"] || DEFAULT_FILE);
  return { named: file, absolute: path.resolve(cwd, file) };
}

/**
 * Loads and validates the topology, including the keys that are recorded in the lock file next to it.
 * @param named see `configPath`
 * @throws ConfigurationError with all problems
 */
export function loadTopology(host: Pick<Host, "cwd" | "env" | "load">, named?: string): Topology {
  const { named: file, absolute } = configPath(host, named);
  const input = runProgramFile({
    file: absolute,
    named: file,
    origin: "the configuration",
    ifMissing: {
      what: `there is no such file${namedBy(host, named)}`,
      fix: "change to the project's directory, or name it with --config or KEYFERRY_CONFIG",
    },
    load: (program) => host.load(program),
  });
  return topologyOf(projectAt(host, named), resolved(input, file));
}

/**
 * The project whose configuration the user named.
 * @param named see `configPath`
 */
export function projectAt(host: Pick<Host, "cwd" | "env">, named?: string): Project {
  return projectOf(host, { configuration: configPath(host, named).named });
}

function resolved(input: unknown, file: string): Topology {
  try {
    return resolveTopology(input);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError(error.problems, file);
    throw error;
  }
}

/** The user may have forgotten that the variable is set, for example for another project. */
function namedBy({ env }: Pick<Host, "env">, named: string | undefined): string {
  return named === undefined && env["KEYFERRY_CONFIG"] ? "; KEYFERRY_CONFIG names it" : "";
}
