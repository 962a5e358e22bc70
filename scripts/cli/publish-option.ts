import { ConfigurationError } from "../../core/errors";
import type { Topology } from "../../topology";
import { parted } from "./only";

/** The option of commands that can end rollbacks. */
export interface PublishOption {
  /** Names of images whose rollback ends; comma-separated as well. */
  readonly publish?: readonly string[];
}

/**
 * The images whose newest copies are published again.
 * @throws ConfigurationError for names of no image, all at once
 */
export function publishedAgain(topology: Topology, { publish = [] }: PublishOption): readonly string[] {
  const known = topology.rules.map(({ name }) => name);
  const names = parted(publish);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: "--publish",
      what: `the topology has no image "${name}"`,
      allowed: known.join(", "),
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return names;
}
