export { deniedCalls, outsideOf } from "./denied-calls";
export {
  distinctCalls,
  jobCalls,
  operatorPrincipal,
  runnerSession,
  type CallGroup,
  type JobCalls,
} from "./job-calls";
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
