import { ConfigurationError } from "../core/errors";
import type { ProofDocuments } from "../policy/proof";
import type { Topology } from "../topology";
import { proofProblems, proveTopology } from "../topology/proof";

/**
 * Refuses a topology unless the documents to be written allow each call of each of its copy jobs, and refuse
 * all similar calls.
 * @param documents @default - the documents of the permission table, from which the stacks are made
 * @throws ConfigurationError with every call that fails: job, missing statement and account
 */
export function refuseUnproved(topology: Topology, documents?: ProofDocuments): void {
  const problems = proofProblems(topology, proveTopology(topology, documents));
  if (problems.length > 0) throw new ConfigurationError(problems, "the permissions");
}
