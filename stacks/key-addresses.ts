import type { CopyKeyPurpose, LockedGeneration, LockedKey, LockedNamedKey } from "../topology";
import { addressOf } from "./construct-addresses";

/** The addresses of a key and its alias in the stack of its purpose. */
export interface KeyAddresses {
  /** `aws_kms_key.home-eu-west-1_7D942845` */
  readonly key: string;
  /** `aws_kms_alias.home-eu-west-1_Alias_57DBEFD1` */
  readonly alias: string;
  /** Address of the alias without a generation, if it points to the key and another alias has the number. */
  readonly currentAlias?: string;
}

/** Id of the construct of a key for copies in its stack. */
export function keyConstructId(purpose: CopyKeyPurpose, region: string, generation = 1): string {
  return generation === 1 ? `${purpose}-${region}` : `${purpose}-${generation}-${region}`;
}

/** Id of the construct of a key that the user names; of a multi-Region key, of its primary key. */
export function namedKeyConstructId(
  { name, generation }: Pick<LockedNamedKey, "name" | "generation">,
  region: string,
): string {
  return `key-${name}-${generation}-${region}`;
}

/** Id of a replica's construct below that of its primary key. */
export function replicaConstructId(region: string): string {
  return `replica-${region}`;
}

/** Id of the alias that points to the declared generation of a key that the user names. */
export function currentAliasId(name: string, region: string): string {
  return `alias-${name}-${region}`;
}

/** The addresses of a key that the foundation creates for copies or buckets, also for a stack that does not have it. */
export function keyAddresses(purpose: CopyKeyPurpose, region: string): KeyAddresses {
  return addressesOf("aws_kms_key", [keyConstructId(purpose, region)]);
}

/** Address of the alias with a number of a first key, whose alias without a number was created together with the key. */
export function firstAliasAddress(purpose: CopyKeyPurpose, region: string): string {
  return addressOf("aws_kms_alias", [`${purpose}-1-${region}`, "Alias"]);
}

/** The addresses of one of several home or transit keys of a place. */
function generationAddresses(
  { name, generation, isCurrent }: LockedGeneration,
  region: string,
): KeyAddresses {
  const first = keyAddresses(name, region);
  const { key, alias } =
    generation === 1
      ? { key: first.key, alias: firstAliasAddress(name, region) }
      : addressesOf("aws_kms_key", [keyConstructId(name, region, generation)]);
  return { key, alias, ...(isCurrent ? { currentAlias: first.alias } : {}) };
}

/** The addresses of a recorded key. */
export function lockedKeyAddresses({
  declaration,
  named,
  generation,
}: Pick<LockedKey, "declaration" | "named" | "generation">): KeyAddresses {
  const { purpose, region } = declaration;
  if (generation !== undefined) return generationAddresses(generation, region);
  if (named === undefined) return keyAddresses(purpose as CopyKeyPurpose, region);
  const { primaryRegion = region } = named;
  const id = namedKeyConstructId(named, primaryRegion);
  const addresses =
    primaryRegion === region
      ? addressesOf(named.imported ? "aws_kms_external_key" : "aws_kms_key", [id])
      : addressesOf(named.imported ? "aws_kms_replica_external_key" : "aws_kms_replica_key", [
          id,
          replicaConstructId(region),
        ]);
  if (!named.isCurrent) return addresses;
  return { ...addresses, currentAlias: addressOf("aws_kms_alias", [currentAliasId(named.name, region)]) };
}

function addressesOf(type: string, path: readonly string[]): KeyAddresses {
  return {
    key: addressOf(type, [...path, "Resource"]),
    alias: addressOf("aws_kms_alias", [...path, "Alias"]),
  };
}
