export * from "./ports";
export { AwsCallError, isAccessDenied, isAwsError, type AwsAnswer, type CallSite } from "./aws-error";
