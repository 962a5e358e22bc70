export * from "./ports";
export { isAlreadyDone } from "./already-done";
export { AwsCallError, isAccessDenied, isAwsError, type AwsAnswer, type CallSite } from "./aws-error";
