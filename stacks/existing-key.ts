import type { Construct } from "constructs";
import { CustomerManagedKey, type KeyLookupProps } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import { isKeyArn } from "../policy";

/** A key that this stack does not create: by its alias, which is looked up, or by its ARN, for which nothing is read. */
export function existingKey(scope: Construct, id: string, props: KeyLookupProps): IKey {
  return isKeyArn(props.alias)
    ? CustomerManagedKey.fromKeyArn(scope, props.alias)
    : CustomerManagedKey.fromAlias(scope, id, props);
}
