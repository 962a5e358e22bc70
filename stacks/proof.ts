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
  const proof = proveTopology(topology, documents);
  if (!proof.ok) throw new ConfigurationError(proofProblems(topology, proof), "the permissions");
}
