import { ConfigurationError } from "../../core/errors";
import { copyJobs, type CopyJob, type Topology } from "../../topology";

/** What a word of `--only` may name, and how a copy job is told by it. */
const KINDS: Readonly<Record<"image" | "account" | "Region", (job: CopyJob) => string>> = {
  image: ({ rule }) => rule.name,
  account: ({ to }) => to.account.name,
  Region: ({ to }) => to.region,
};

/**
 * Which copy jobs `--only` chooses: words of one kind widen the choice, words of another kind narrow it, so
 * `--only web prod staging` is web in either account.
 * @param words names of images, accounts or Regions, separated by commas as well. @default - every job
 * @throws ConfigurationError with every word that names none of them
 */
export function chosenBy(topology: Topology, words: readonly string[] = []): (job: CopyJob) => boolean {
  const names = words.flatMap((word) => word.split(",")).filter((name) => name !== "");
  const jobs = copyJobs(topology);
  const chosen = Object.values(KINDS).map((nameOf) => {
    const known = new Set(jobs.map(nameOf));
    return { nameOf, known, names: names.filter((name) => known.has(name)) };
  });
  const problems = names
    .filter((name) => chosen.every(({ known }) => !known.has(name)))
    .map((name) => ({
      path: "--only",
      what: `the topology has no image, destination account or Region "${name}"`,
      allowed: chosen.flatMap(({ known }) => [...known]).join(", "),
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return (job) => chosen.every((kind) => kind.names.length === 0 || kind.names.includes(kind.nameOf(job)));
}
