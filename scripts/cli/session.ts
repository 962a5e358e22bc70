import type { CommonOptions as ApiOptions } from "../api/options";
import { openSession as openInProject, type Session } from "../api/session";
import type { Host } from "./host";
import { configPath, loadTopology } from "./load-config";
import { startedTo } from "./whereabouts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** These options in the form that the API takes, for commands that only read. */
export function readingOptions(
  host: Host,
  options: CommonOptions,
): Pick<ApiOptions, "configuration" | "onEvent"> {
  return { configuration: configPath(host, options.config).named, onEvent: startedTo(host, options) };
}

/**
 * Loads the topology and prints on standard error where the command works: cloud, caller, topology and file.
 * @throws ConfigurationError before anything is called or written
 */
export async function openSession(
  host: Host,
  options: CommonOptions & { readonly offline?: boolean },
): Promise<Session> {
  const topology = loadTopology(host, options.config);
  const { offline = false } = options;
  return openInProject(host, topology, { ...readingOptions(host, options), offline });
}
