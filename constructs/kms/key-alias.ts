import type { Construct } from "constructs";
import { checkText, propError } from "../props";

/** Source: KMS API reference, CreateAlias. */
export const ALIAS = /^alias\/[\w/-]{1,250}$/;
/** Prefix of the aliases of AWS's own keys. */
export const RESERVED_ALIAS = "alias/aws/";
export const ALIAS_WORDS = `alias/ and 1 to 250 letters, digits or /_-, not ${RESERVED_ALIAS}`;

/** @throws KeyferryError PropInvalid when KMS would refuse the alias */
export function checkAlias(key: Construct, alias: string): void {
  checkText(key, "alias", alias, ALIAS, ALIAS_WORDS);
  if (alias.startsWith(RESERVED_ALIAS)) throw propError(key, "alias", `"${alias}"`, ALIAS_WORDS);
}
