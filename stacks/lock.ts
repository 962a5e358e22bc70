import { readIfPresent, writeIfChanged } from "../core/whole-file";
import {
  doubtfulKeys,
  keyPlaceId,
  lockText,
  mergeLock,
  parseLock,
  rememberedKeys,
  stackName,
  withoutKey,
  type Lock,
  type LockedTopology,
  type RememberedKey,
  type Topology,
} from "../topology";
import { localStateFile } from "./backend";
import { lockedKeyAddresses } from "./key-addresses";
import { addressesIn } from "./local-state";
import type { SynthSettings } from "./settings";

/**
 * A topology with what the lock file remembers of it. Writes nothing.
 * @throws ConfigurationError when the lock file cannot be read
 */
export function lockedTopology(topology: Topology, settings: SynthSettings): LockedTopology {
  const merged = mergeLock(topology, parseLock(readIfPresent(settings.lockFile), settings.lockFile));
  const neverMade = doubtfulKeys(merged.lock, topology.name).filter((key) =>
    wasNeverMade(merged, key, settings),
  );
  if (neverMade.length === 0) return merged;
  return mergeLock(
    topology,
    neverMade.reduce<Lock>((lock, key) => withoutKey(lock, topology.name, key), merged.lock),
  );
}

/** Remembers what is deployed from now on. */
export function writeLock({ lock }: LockedTopology, settings: SynthSettings): void {
  if (settings.writesLock) writeIfChanged(settings.lockFile, lockText(lock), "everybody");
}

/**
 * What is said the first time that a topology is synthesised beside another one with keys in its accounts: whoever has
 * renamed it should know that the keys did not come along.
 */
export function renameNotice({ topology }: LockedTopology, settings: SynthSettings): string | undefined {
  const before = parseLock(readIfPresent(settings.lockFile), settings.lockFile);
  if (Object.hasOwn(before.topologies, topology.name)) return undefined;
  const accounts = new Set(topology.accounts.map(({ id }) => id));
  const others = Object.keys(before.topologies).filter((name) =>
    rememberedKeys(before, name).some(({ account, state }) => accounts.has(account) && state !== "deleted"),
  );
  if (others.length === 0) return undefined;
  const them = others.join(" and ");
  return [
    `${topology.name} is a new topology, with keys, roles and states of its own; ${them}, which ${settings.lockFile} records in the same accounts, stays as it is.`,
    `If you renamed ${them}: its copies stay under its keys, and its runner roles keep their access. Go back to the old name, or deploy the old name once more with the images that you still want.`,
    "",
  ].join("\n");
}

/**
 * A key whose place left again before it was deployed: whoever could ask Terraform and AWS says so, or Terraform has a local
 * state of the stack, and it is not in it.
 */
function wasNeverMade(
  { topology, accounts }: LockedTopology,
  key: RememberedKey,
  settings: SynthSettings,
): boolean {
  if (settings.neverMade.includes(keyPlaceId(key))) return true;
  const account = accounts.find(({ account: { id } }) => id === key.account);
  if (account === undefined || topology.state.kind !== "local") return false;
  const file = localStateFile(settings, topology, stackName("foundation-keys", account.stateName));
  const locked = account.keys.find(
    ({ declaration: { purpose, region } }) => purpose === key.purpose && region === key.region,
  );
  return locked !== undefined && addressesIn(file)?.has(lockedKeyAddresses(locked).key) === false;
}
