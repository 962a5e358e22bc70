export { deniedCalls, outsideOf } from "./denied-calls";
export { jobCalls, operatorSession, runnerSession, type JobCalls } from "./job-calls";
export {
  proveTopology,
  type JobProof,
  type Leak,
  type MissingStatement,
  type ProofFailure,
  type ProvedCall,
  type TopologyProof,
} from "./prove";
export {
  keyDocumentName,
  roleDocumentName,
  tableDocuments,
  trustDocumentName,
  withAssumptions,
} from "./table-documents";
