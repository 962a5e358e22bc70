import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { KeyPurpose } from "../topology";

/** The addresses of a key and its alias in a keys stack. */
export interface KeyAddresses {
  /** `aws_kms_key.home-eu-west-1_7D942845` */
  readonly key: string;
  /** `aws_kms_alias.home-eu-west-1_Alias_57DBEFD1` */
  readonly alias: string;
}

/** Id of a key's construct in its stack. */
export function keyConstructId(purpose: KeyPurpose, region: string): string {
  return `${purpose}-${region}`;
}

const known = new Map<string, KeyAddresses>();

/** Where a key would be, also in a stack that does not have it. */
export function keyAddresses(purpose: KeyPurpose, region: string): KeyAddresses {
  const id = keyConstructId(purpose, region);
  const found = known.get(id);
  if (found !== undefined) return found;
  const stack = new TerraformStack(new App(), "any");
  const key = new Construct(stack, id);
  const addressOf = (type: string, child: string) =>
    `${type}.${stack.getLogicalId(new Construct(key, child).node)}`;
  const addresses = { key: addressOf("aws_kms_key", "Resource"), alias: addressOf("aws_kms_alias", "Alias") };
  known.set(id, addresses);
  return addresses;
}
