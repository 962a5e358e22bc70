import type { Topology } from "../../topology";
import { proveTopology, synthesisedDocuments, type TopologyProof } from "../../topology/proof";
import { readSynthesised } from "./read-synthesised";

/** A proof of the synthesised stacks. */
export interface OfflineProof {
  /** Absolute. */
  readonly directory: string;
  /** Names of the stacks that were read. */
  readonly stacks: readonly string[];
  readonly proof: TopologyProof;
  /** What cannot be evaluated before deployment, one sentence each. */
  readonly unread: readonly string[];
  /** What is wrong with the grants of the stacks, one sentence each. */
  readonly wrongGrants: readonly string[];
}

/**
 * Proves a topology on synthesised stacks, without credentials and without a call to AWS.
 * @param directory absolute; the output of the synthesis
 * @throws ConfigurationError when there are no stacks
 */
export function proveOffline(topology: Topology, directory: string): OfflineProof {
  const stacks = readSynthesised(directory);
  const { documents, unread, wrongGrants } = synthesisedDocuments(topology, stacks);
  const proof = proveTopology(topology, documents);
  return { directory, stacks: Object.keys(stacks), proof, unread, wrongGrants };
}
