import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { must } from "../core/must";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { ImportedKey } from "../constructs/kms/imported-key";
import type { IKey } from "../constructs/kms/key";
import type { KeyGrants } from "../constructs/kms/key-grants";
import type { ReplicaKey } from "../constructs/kms/replica-key";
import { namedKeyAlias, type LockedKey, type LockedNamedKey } from "../topology";
import { lazy } from "./lazy";
import { currentAliasId, namedKeyConstructId, replicaConstructId } from "./key-addresses";

/** A key that has, or can have, replicas. */
type PrimaryKey = CustomerManagedKey | ImportedKey;
type Named = LockedKey & { readonly named: LockedNamedKey };

interface NamedKeysProps {
  readonly topology: string;
  /** All keys of the account to write. */
  readonly keys: readonly LockedKey[];
  provider(region: string): TerraformProvider;
}

/**
 * The keys that the user names: every existing generation, each with its own alias, and the alias without a
 * generation, which points to the declared one.
 * @returns the keys in the order of `keys`
 */
export function addNamedKeys(
  scope: Construct,
  props: NamedKeysProps,
): readonly (readonly [LockedKey, IKey])[] {
  const named = props.keys.filter(isNamed);
  const primaries = new Map<string, PrimaryKey>();
  const added: (readonly [LockedKey, IKey])[] = [];
  for (const key of named.filter((one) => !isReplica(one))) {
    const made = addKey(scope, key, props);
    letIn(made.grants, key);
    if (key.named.primaryRegion !== undefined) primaries.set(familyOf(key), made);
    added.push([key, made]);
  }
  for (const key of named.filter(isReplica)) {
    const primary = must(primaries.get(familyOf(key)), `the primary key of ${key.declaration.alias}`);
    const ofPrimary = must(
      named.find((one) => !isReplica(one) && familyOf(one) === familyOf(key)),
      `the record of ${key.declaration.alias}`,
    );
    const ownerOnly = accessText(ofPrimary) !== accessText(key);
    const made = addReplica(primary, key, ownerOnly, props);
    if (ownerOnly) letIn(made.grants, key);
    added.push([key, made]);
  }
  for (const [key, made] of added) if (isNamed(key) && key.named.isCurrent) addAlias(scope, key, made, props);
  return added;
}

function addKey(scope: Construct, key: Named, { topology, provider }: NamedKeysProps): PrimaryKey {
  const { declaration, named, rotationPeriodInDays } = key;
  const { alias, region } = declaration;
  const common = {
    alias,
    description: `Keyferry ${topology}: ${named.name}, generation ${named.generation}`,
    environment: declaration,
    provider: provider(region),
    ...(named.primaryRegion === undefined ? {} : { multiRegion: true }),
  };
  const id = namedKeyConstructId(named, region);
  if (named.imported) {
    const disabled = named.enabled ? {} : { enabled: false as const };
    return new (lazy.importedKey().ImportedKey)(scope, id, { ...common, ...disabled });
  }
  return new CustomerManagedKey(scope, id, {
    ...common,
    enabled: named.enabled,
    ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
  });
}

/** @param ownerOnly whether the replica allows other principals than the primary key: its Region has left the topology, or returns */
function addReplica(
  primary: PrimaryKey,
  key: Named,
  ownerOnly: boolean,
  { provider }: NamedKeysProps,
): ReplicaKey {
  const { declaration, named } = key;
  return primary.addReplica(replicaConstructId(declaration.region), {
    environment: declaration,
    enabled: named.enabled,
    provider: provider(declaration.region),
    ...(ownerOnly ? { ownerOnly } : {}),
  });
}

function letIn(grants: KeyGrants | undefined, { declaration: { shares, launchGrants } }: Named): void {
  if (grants === undefined) return;
  if (shares !== undefined) grants.share(shares);
  const { issuers = [], grantees = [], formerIssuers = [] } = launchGrants ?? {};
  if (issuers.length > 0) grants.allowLaunchGrants(grantees, ...issuers);
  if (formerIssuers.length > 0) grants.allowReadingGrants(...formerIssuers);
}

/** Equal for keys that allow the same principals. */
function accessText({ declaration: { shares, launchGrants } }: Named): string {
  return JSON.stringify([shares, launchGrants]);
}

function addAlias(scope: Construct, key: Named, made: IKey, { topology, provider }: NamedKeysProps): void {
  const { region } = key.declaration;
  new KmsAlias(scope, currentAliasId(key.named.name, region), {
    name: namedKeyAlias(topology, key.named.name),
    targetKeyId: made.keyId,
    provider: provider(region),
  });
}

function isNamed(key: LockedKey): key is Named {
  return key.named !== undefined;
}

function isReplica({ named, declaration }: Named): boolean {
  return named.primaryRegion !== undefined && named.primaryRegion !== declaration.region;
}

/** The same for a primary key and its replicas. */
function familyOf({ named: { name, generation, primaryRegion } }: Named): string {
  return `${name}@${generation} ${primaryRegion}`;
}
