import { ConfigurationError } from "../../core/errors";
import { selectJobs, type Selection, type Topology } from "../../topology";
import type { OnlyOptions, SourceOptions } from "./options";

/**
 * The restriction to some copy jobs, as part of a read context.
 * @throws ConfigurationError for all words that name no copy job
 */
export function onlyOf(topology: Topology, { only }: OnlyOptions): { readonly only?: Selection } {
  return only === undefined ? {} : { only: selectJobs(topology, only) };
}

/**
 * The images whose newest copies are published again.
 * @throws ConfigurationError for all names that are not an image
 */
export function publishedAgain(
  topology: Topology,
  { publish = [] }: Pick<SourceOptions, "publish">,
): readonly string[] {
  const known = topology.rules.map(({ name }) => name);
  const problems = publish
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: "publish",
      what: `the topology has no rule "${name}"`,
      allowed: known.join(", "),
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return publish;
}
