export * from "./ports";
export { isAlreadyDone } from "./already-done";
export { checkingAttempts, withoutCheck, type AttemptCheck } from "./attempts";
export { AwsCallError, isAccessDenied, isAwsError, type AwsAnswer, type CallSite } from "./aws-error";
export type { DeployerAccess } from "./deployer";
export type { KeyLastUse, KeyLife, KeyLifePort } from "./key-life";
export type { KeyEvidence, KeyUsesPort } from "./key-uses";
export type { KeyNames } from "./key-uses/key-names";
export { KEY_USE_KINDS, type KeyUseKind } from "./key-uses/kinds";
