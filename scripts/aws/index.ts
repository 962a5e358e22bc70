export * from "./ports";
export { isAlreadyDone } from "./already-done";
export { checkingAttempts, withoutCheck, type AttemptCheck } from "./attempts";
export { AwsCallError, isAccessDenied, isAwsError, type AwsAnswer, type CallSite } from "./aws-error";
