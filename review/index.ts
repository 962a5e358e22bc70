/** Which rights a change of the stacks gives and takes, and to whom: pure and offline, from two syntheses. */
export type { Finding, Severity } from "./finding";
export { parseCopies, type DeclaredCopy } from "./read/copies";
export { checkedCopyPlan, parseCopyPlan, type CopyPlan, type ReadCopyPlan } from "./read/copy-plan";
export { readPlans } from "./read/plan";
export type { StackFile, StackFiles } from "./read/stack-file";
export type { Synthesis } from "./read/synthesis";
export { githubOf } from "./render/github";
export { jsonOf, jsonSchema, parseReview } from "./render/json";
export { markdownOf, MARKER } from "./render/markdown";
export { sarifOf } from "./render/sarif";
export { textOf } from "./render/text";
export { isBlocked, reviewStacks, type Review } from "./review";
export { withRules } from "./rules-doc";
export { RULES } from "./rules";
export { NO_SETTINGS, readSettings, type ReviewSettings } from "./settings";
