import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { runProgramFile } from "../../core/program-file";
import { resolveTopology, type Topology } from "../../topology";
import { projectOf, topologyOf, type Project } from "../api/project";
import type { Host } from "./host";

/** Where the topology is declared, unless the user names another file. */
const DEFAULT_FILE = "keyferry.config.ts";

/**
 * The configuration file as the user has named it, and where that is.
 * @param named relative to the working directory. @default - KEYFERRY_CONFIG, as for synthesis, or keyferry.config.ts
 */
export function configPath({ cwd, env }: Pick<Host, "cwd" | "env">, named?: string) {
  const file = named ?? (env["KEYFERRY_CONFIG"] || DEFAULT_FILE);
  return { named: file, absolute: path.resolve(cwd, file) };
}

/**
 * Loads and validates the topology, with what the lock file beside it remembers of its keys.
 * @param named see `configPath`
 * @throws ConfigurationError with every problem at once
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
 * Where the project lies whose configuration the user has named.
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

/** A variable that was set for another project is easily forgotten. */
function namedBy({ env }: Pick<Host, "env">, named: string | undefined): string {
  return named === undefined && env["KEYFERRY_CONFIG"] ? "; KEYFERRY_CONFIG names it" : "";
}
