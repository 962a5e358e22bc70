export { askedStatements, lacksKeyPolicy, missingStatements, type AskedStatements } from "./asked";
export { deniedCalls, outsideOf } from "./denied-calls";
export type { CallGroup } from "./call-groups";
export { operatorPrincipal, runnerSession } from "./callers";
export { distinctCalls, jobCalls, provedJobs, type JobCalls, type ProvedJob } from "./job-calls";
export { namesOfKeys, proofProblems } from "./problems";
export {
  proveTopology,
  type Leak,
  type MissingStatement,
  type ProofFailure,
  type TopologyProof,
} from "./prove";
export {
  keyDocumentName,
  participants,
  roleDocumentName,
  sourceKeys,
  tableDocuments,
  trustDocumentName,
  withAssumptions,
} from "./table-documents";
export { synthesisedDocuments, type SynthesisedDocuments, type SynthesisedStack } from "./synthesised";
