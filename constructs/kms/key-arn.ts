import type { Construct } from "constructs";
import { checkText } from "../props";

/** Source: KMS developer guide, Key identifiers. */
export const KEY_ARN = /^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

/** @throws KeyferryError PropInvalid if it is not the ARN of a key: identity policies and grants do not accept aliases */
export function checkKeyArn(scope: Construct, keyArn: string): void {
  checkText(
    scope,
    "keyArn",
    keyArn,
    KEY_ARN,
    "the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID",
  );
}
