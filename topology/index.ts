export * from "./model";
export * from "./names";
export { defineTopology, type TopologyInput } from "./schema";
export { resolveTopology } from "./resolve";
export { copyJobs, type CopyJob } from "./jobs";
export { keyDeclarations, runnerAccess } from "./access";
export { buildGraph, type CopyGraph, type CopyNode } from "./graph";
