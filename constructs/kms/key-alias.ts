import type { Construct } from "constructs";
import { checkText } from "../props";

/** Source: KMS API reference, CreateAlias. */
const ALIAS = /^alias\/(?!aws\/)[\w/-]{1,250}$/;

/** @throws KeyferryError PropInvalid when KMS would refuse the alias */
export function checkAlias(key: Construct, alias: string): void {
  checkText(key, "alias", alias, ALIAS, "alias/ and 1 to 250 letters, digits or /_-, not alias/aws/");
}
