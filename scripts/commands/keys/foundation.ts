import { uniqueBy } from "../../../core/unique-by";
import {
  copyKeyOf,
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

/** The keys of a topology as recorded in its lock file, and the access to read and change them. */
export interface Foundation {
  readonly locked: LockedTopology;
  readonly deployer: DeployerAccess;
}

/** A foundation with a lock file that may be changed. */
export interface ChangeableFoundation extends Foundation {
  /** The lock file as read, before the topology was merged into it: it still has a deleted key whose place was added again. */
  readonly before: Lock;
  /** Reads the lock file again, makes one change and writes it. */
  remember(change: (lock: Lock) => Lock): void;
}

/** The aliases that a key should have: its own, and the one without a generation if that points to it. */
export function aliasesOf({ locked }: Foundation, key: RememberedKey): readonly string[] {
  const generation = generationOf(key);
  if (generation === undefined || !generation.isCurrent) return [key.alias];
  return [key.alias, namedKeyAlias(locked.topology.name, generation.name)];
}

/** Its generation, if the name can have several. */
export interface KeyGeneration {
  readonly name: string;
  readonly number: number;
  /** Whether the alias without a number points to it. */
  readonly isCurrent: boolean;
}

/** Undefined for a key that is and always was the only one of its name in its place. */
export function generationOf({ purpose, current, generation }: RememberedKey): KeyGeneration | undefined {
  const named = namedKeyOf(purpose) ?? (generation === undefined ? undefined : copyKeyOf(purpose));
  if (named === undefined) return undefined;
  return { name: named.name, number: named.generation, isCurrent: current === true };
}

/** A key's name in commands: `prod/eu-central-1/home`, `prod/eu-central-1/app-data@2`; the first of several is `home@1`. */
export function keyName(key: RememberedKey): string {
  return `${key.accountName}/${key.region}/${keyLabel(key)}`;
}

/** The same without account and Region. */
export function keyLabel(key: RememberedKey): string {
  const generation = generationOf(key);
  return generation === undefined ? key.purpose : `${generation.name}@${generation.number}`;
}

/** Every key that is or was part of the topology. */
export function keysOf({ locked }: Foundation): readonly RememberedKey[] {
  return rememberedKeys(locked.lock, locked.topology.name);
}

/** Every account and Region in which the topology works or worked. */
export function rememberedPlaces({ locked }: Foundation): readonly Place[] {
  return locked.accounts.flatMap(({ account, keys }) =>
    [...new Set(keys.map(({ declaration }) => declaration.region))].map((region) => ({ account, region })),
  );
}

/** Every account that the topology declares, then those that left it and whose keys are recorded. */
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

/** The place of a key, with the access to its account. */
export function placeOf({ locked }: Foundation, { account, region }: RememberedKey): Place {
  const found = locked.accounts.find((candidate) => candidate.account.id === account);
  if (found === undefined) throw new TypeError(`the lock holds a key of ${account}, and no such account`);
  return { account: found.account, region };
}

/** A UUID, or `mrk-` and 32 digits: what a key's ARN ends in. */
export function keyIdOf({ arn }: KeyLife): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The stacks whose deployment applies a key's record in the lock file; only this pattern matches those of a removed account. */
export function stacksOf({ locked }: Foundation, { account }: RememberedKey): string {
  const isDeclared = locked.accounts.some((known) => known.declared && known.account.id === account);
  return isDeclared ? "'foundation-*'" : "'dropped-*'";
}

/**
 * The key itself, by its id if the lock file has it, otherwise by its alias. The first home or transit key gets the alias with its
 * number only when the deployment of the second one starts: until then the alias without a number points to it.
 */
export async function findKey(life: KeyLifePort, key: RememberedKey): Promise<KeyLife | undefined> {
  const found = await life.describe(key.keyId ?? key.alias);
  if (found !== undefined || key.keyId !== undefined || key.generation !== 1) return found;
  const unnumbered = await life.describe(key.alias.replace(/\/1$/, ""));
  if (unnumbered === undefined) return undefined;
  const aliases = (await life.aliases()).get(unnumbered.arn) ?? [];
  const isLater = aliases.some((alias) => alias.startsWith(key.alias.replace(/1$/, "")));
  return isLater ? undefined : unnumbered;
}
