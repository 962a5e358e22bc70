import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import {
  currentAlias,
  type CopyKeyPurpose,
  type LockedGeneration,
  type LockedKey,
  type Topology,
} from "../topology";
import { firstAliasAddress, keyAddresses, keyConstructId } from "./key-addresses";

const PURPOSES: Readonly<Record<CopyKeyPurpose, string>> = {
  home: "copies of images end under this key",
  transit: "copies of images travel under this key to other accounts",
  buckets: "what is in buckets is under this key",
};

/** A key that the foundation creates for copies or buckets, with its alias; access is granted afterwards. */
export function foundationKey(
  stack: Construct,
  topology: Topology,
  { declaration, state, rotationPeriodInDays, generation }: LockedKey,
  provider: TerraformProvider,
): CustomerManagedKey {
  const { region, alias } = declaration;
  const purpose = generation?.name ?? (declaration.purpose as CopyKeyPurpose);
  const number = generation?.generation ?? 1;
  const key = new CustomerManagedKey(stack, keyConstructId(purpose, region, number), {
    alias,
    description: `Keyferry ${topology.name}: ${PURPOSES[purpose]}${number === 1 ? "" : `, generation ${number}`}`,
    environment: declaration,
    enabled: state !== "disabled",
    ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
    provider,
  });
  // The alias without a number keeps its original address, regardless of the key to which it points.
  if (generation !== undefined && number === 1)
    ownAlias(key).overrideLogicalId(idOf(firstAliasAddress(purpose, region)));
  return key;
}

/**
 * The alias without a number, which points to the declared one of several home or transit keys. It moves only once the first key
 * has an alias with its number: until then nothing else tells which key that is.
 * @param first the first key, where it still is
 */
export function addCurrentAlias(
  stack: Construct,
  topology: Topology,
  { name }: LockedGeneration,
  region: string,
  {
    key,
    first,
    provider,
  }: { readonly key: IKey; readonly first?: CustomerManagedKey; readonly provider: TerraformProvider },
): void {
  const alias = new KmsAlias(stack, `alias-${name}-${region}`, {
    name: currentAlias(topology.name, name),
    targetKeyId: key.keyId,
    ...(first === undefined ? {} : { dependsOn: [ownAlias(first)] }),
    provider,
  });
  alias.overrideLogicalId(idOf(keyAddresses(name, region).alias));
}

function ownAlias(key: CustomerManagedKey): KmsAlias {
  return key.node.findChild("Alias") as KmsAlias;
}

function idOf(address: string): string {
  return address.slice(address.indexOf(".") + 1);
}
