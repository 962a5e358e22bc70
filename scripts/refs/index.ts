/** Refs of a project's Git repository, synthesised in temporary work trees. */
export type { RefProject, Synthesised } from "./project";
export { findRefs, type Ref } from "./repository";
export { synthesisedAt, synthesisedHere } from "./synthesis";
