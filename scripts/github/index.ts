export { readWorkflow, tellSteps, type Workflow } from "./workflow";
export { postComment, type Posted } from "./post-comment";
