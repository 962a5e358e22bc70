import { ConfigurationError } from "../core/errors";
import type { ProofDocuments } from "../policy/proof";
import type { Topology } from "../topology";
import { proofProblems, proveTopology } from "../topology/proof";

/**
 * Refuses a topology unless the documents that are about to be written allow each call of each of its copy jobs, and
 * nothing around them.
 * @param documents @default - what the permission table makes of the topology, which is what the stacks are made of
 * @throws ConfigurationError with every call that fails: job, missing statement and account
 */
export function refuseUnproved(topology: Topology, documents?: ProofDocuments): void {
  const problems = proofProblems(topology, proveTopology(topology, documents));
  if (problems.length > 0) throw new ConfigurationError(problems, "the permissions");
}
