import { parseArn } from "@keyferry/common";

/** Whether a text is the ARN of a role of an account. */
export function isRoleArn(text: string, account: string): boolean {
  const arn = parseArn(text);
  return arn?.service === "iam" && arn.account === account && arn.resource.startsWith("role/");
}
