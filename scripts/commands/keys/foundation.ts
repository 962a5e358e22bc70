import { uniqueBy } from "../../../core/unique-by";
import {
  namedKeyAlias,
  namedKeyOf,
  rememberedKeys,
  type Account,
  type Lock,
  type LockedTopology,
  type Place,
  type RememberedKey,
} from "../../../topology";
import type { DeployerAccess, KeyLife, KeyLifePort } from "../../aws";

/** The keys of a topology as its lock file remembers them, and the access with which they are looked at and changed. */
export interface Foundation {
  readonly locked: LockedTopology;
  readonly deployer: DeployerAccess;
}

/** A foundation whose lock file may be changed. */
export interface ChangeableFoundation extends Foundation {
  /** The lock file as it was read, before the topology was merged into it: a deleted key whose place is back is there still. */
  readonly before: Lock;
  /** Reads the lock file again, and writes it with one change. */
  remember(change: (lock: Lock) => Lock): void;
}

/** The aliases that a key is to have: its own, and the one without a generation where that points to it. */
export function aliasesOf(
  { locked }: Foundation,
  { alias, purpose, current }: RememberedKey,
): readonly string[] {
  const named = namedKeyOf(purpose);
  if (named === undefined || current !== true) return [alias];
  return [alias, namedKeyAlias(locked.topology.name, named.name)];
}

/** What commands call a key: `prod/eu-central-1/home`, `prod/eu-central-1/app-data@2`. */
export function keyName({ accountName, region, purpose }: RememberedKey): string {
  return `${accountName}/${region}/${purpose}`;
}

/** Every key that is or was the topology's. */
export function keysOf({ locked }: Foundation): readonly RememberedKey[] {
  return rememberedKeys(locked.lock, locked.topology.name);
}

/** Every account and Region in which the topology works or has worked. */
export function rememberedPlaces({ locked }: Foundation): readonly Place[] {
  return locked.accounts.flatMap(({ account, keys }) =>
    [...new Set(keys.map(({ declaration }) => declaration.region))].map((region) => ({ account, region })),
  );
}

/** Every account that the topology declares, or that has left it and whose keys are remembered: the declared ones first. */
export function knownAccounts({ locked }: Foundation): readonly Account[] {
  const all = [...locked.topology.accounts, ...locked.accounts.map(({ account }) => account)];
  return uniqueBy(all, ({ id }) => id);
}

/** The keys as the lock file has them, and those that the topology has added since. */
export function keysBefore({ before, locked }: ChangeableFoundation): readonly RememberedKey[] {
  const topology = locked.topology.name;
  const known = [...rememberedKeys(before, topology), ...rememberedKeys(locked.lock, topology)];
  const id = ({ account, region, purpose }: RememberedKey) => `${account} ${region} ${purpose}`;
  return [...new Map(known.reverse().map((key) => [id(key), key])).values()];
}

/** Where a key lives, with how its account is entered. */
export function placeOf({ locked }: Foundation, { account, region }: RememberedKey): Place {
  const found = locked.accounts.find((candidate) => candidate.account.id === account);
  if (found === undefined) throw new TypeError(`the lock holds a key of ${account}, and no such account`);
  return { account: found.account, region };
}

/** A UUID, or `mrk-` and 32 digits: what a key's ARN ends in. */
export function keyIdOf({ arn }: KeyLife): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The stacks whose deploy does what the lock file says of a key; a dropped account's are matched by no other name. */
export function stacksOf({ locked }: Foundation, { account }: RememberedKey): string {
  const isDeclared = locked.accounts.some((known) => known.declared && known.account.id === account);
  return isDeclared ? "'foundation-*'" : "'dropped-*'";
}

/** The key itself, by its id where the lock file knows it, else by its alias. */
export function findKey(life: KeyLifePort, key: RememberedKey): Promise<KeyLife | undefined> {
  return life.describe(key.keyId ?? key.alias);
}
