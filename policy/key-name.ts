import { parseArn } from "@keyferry/common";
import type { KeyReference } from "./document";

/**
 * How users name a key that Keyferry does not create: by its alias in its account and Region, or by its ARN, which can also name keys
 * of other accounts.
 */

/** Source: KMS API reference, CreateAlias, AliasName. */
const KEY_ALIAS = /^alias\/[\w/-]{1,250}$/;
/** The ARN of a key, not of an alias. Source: KMS developer guide, Key identifiers (KeyId). */
const KEY_ARN =
  /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The allowed forms of a key's name. */
export const KEY_NAME = new RegExp(`${KEY_ALIAS.source}|${KEY_ARN.source}`);

export function isKeyArn(name: string): boolean {
  return KEY_ARN.test(name);
}

/**
 * The key that a name refers to in an account and Region; an ARN itself contains the account that owns the key.
 * @param account 12 digits
 */
export function namedKeyReference(account: string, region: string, name: string): KeyReference {
  const owner = isKeyArn(name) ? parseArn(name)?.account : undefined;
  return { account: owner ?? account, region, alias: name };
}

/** Whether a name refers to a key, by one of its aliases or by its ARN. */
export function isKeyNamed(
  { arn, aliases }: { readonly arn: string; readonly aliases: readonly string[] },
  name: string,
): boolean {
  return arn === name || aliases.includes(name);
}
