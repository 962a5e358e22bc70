import { readIfPresent, writeIfChanged } from "../core/whole-file";
import {
  doubtfulBuckets,
  doubtfulKeys,
  keyLayer,
  keyPlaceId,
  lockText,
  mergeLock,
  parseLock,
  refuseUndecided,
  rememberedBucketId,
  rememberedKeys,
  stackName,
  withoutBucket,
  withoutKey,
  type Lock,
  type LockedTopology,
  type RememberedBucket,
  type RememberedKey,
  type StackLayer,
  type Topology,
} from "../topology";
import { localStateFile } from "./backend";
import { bucketAddress } from "./bucket-addresses";
import { lockedKeyAddresses } from "./key-addresses";
import { addressesIn } from "./local-state";
import type { SynthSettings } from "./settings";

/**
 * A topology with its records in the lock file. Writes nothing.
 * @throws ConfigurationError when the lock file cannot be read, or a route has not been chosen yet
 */
export function lockedTopology(topology: Topology, settings: SynthSettings): LockedTopology {
  const merged = mergeLock(topology, parseLock(readIfPresent(settings.lockFile), settings.lockFile));
  refuseUndecided(merged.topology);
  const { name } = topology;
  const keys = doubtfulKeys(merged.lock, name).filter((key) => wasNeverMade(merged, key, settings));
  const buckets = doubtfulBuckets(merged.lock, name).filter((bucket) =>
    bucketWasNeverMade(merged, bucket, settings),
  );
  if (keys.length + buckets.length === 0) return merged;
  const withoutKeys = keys.reduce<Lock>((lock, key) => withoutKey(lock, name, key), merged.lock);
  return mergeLock(
    topology,
    buckets.reduce<Lock>((lock, bucket) => withoutBucket(lock, name, bucket), withoutKeys),
  );
}

/** Records what is deployed from now on. */
export function writeLock({ lock }: LockedTopology, settings: SynthSettings): void {
  if (settings.writesLock) writeIfChanged(settings.lockFile, lockText(lock), "everybody");
}

/**
 * The message when a topology is first synthesised next to another topology with keys in the same accounts: a user who
 * renamed the topology should know that it has new keys.
 */
export function renameNotice({ topology }: LockedTopology, settings: SynthSettings): string | undefined {
  const before = parseLock(readIfPresent(settings.lockFile), settings.lockFile);
  if (Object.keys(before.topologies[topology.name]?.accounts ?? {}).length > 0) return undefined;
  const accounts = new Set(topology.accounts.map(({ id }) => id));
  const others = Object.keys(before.topologies).filter((name) =>
    rememberedKeys(before, name).some(({ account, state }) => accounts.has(account) && state !== "deleted"),
  );
  if (others.length === 0) return undefined;
  const them = others.join(" and ");
  return [
    `${topology.name} is a new topology with its own keys, roles and states; ${them}, which ${settings.lockFile} records in the same accounts, is not changed.`,
    `If you renamed ${them}: its copies stay under its keys, and its runner roles keep their access. Use the old name again, or deploy the old name once more with the images that you still need.`,
    "",
  ].join("\n");
}

/** The message while replicas of imported keys cannot be created. */
export function materialNotice({ topology, lock }: LockedTopology): string | undefined {
  const waiting = rememberedKeys(lock, topology.name).filter(({ awaitsPrimary }) => awaitsPrimary === true);
  if (waiting.length === 0) return undefined;
  const lines = waiting.map(
    ({ accountName, region, primaryRegion, purpose }) =>
      `${accountName}/${region}/${purpose} is left out: KMS replicates a key only after its key material is imported. Run keyferry keys import ${accountName}/${primaryRegion}/${purpose} --material FILE, then deploy again`,
  );
  return [...lines, ""].join("\n");
}

/**
 * A key whose place left again before it was deployed: whoever could ask Terraform and AWS says so, or Terraform has a local
 * state of the stack, and it is not in it.
 */
function wasNeverMade(locked: LockedTopology, key: RememberedKey, settings: SynthSettings): boolean {
  if (settings.neverMade.includes(keyPlaceId(key))) return true;
  const found = locked.accounts
    .find(({ account }) => account.id === key.account)
    ?.keys.find(({ declaration: { purpose, region } }) => purpose === key.purpose && region === key.region);
  if (found === undefined) return false;
  const { key: address } = lockedKeyAddresses(found);
  return isKnownNotToHold(locked, key.account, keyLayer(key.purpose), address, settings);
}

/** The same for a bucket that no rule names any more: the name may belong to someone else's bucket. */
function bucketWasNeverMade(
  locked: LockedTopology,
  bucket: RememberedBucket,
  settings: SynthSettings,
): boolean {
  if (settings.neverMade.includes(rememberedBucketId(bucket))) return true;
  const address = bucketAddress(bucket.bucket);
  return isKnownNotToHold(locked, bucket.account, "foundation-buckets", address, settings);
}

/** Whether a local state of an account's stack exists, and a resource is not in it. */
function isKnownNotToHold(
  { topology, accounts }: LockedTopology,
  id: string,
  layer: StackLayer,
  address: string,
  settings: SynthSettings,
): boolean {
  const owner = accounts.find(({ account }) => account.id === id);
  if (owner === undefined || topology.state.kind !== "local") return false;
  const file = localStateFile(settings, topology, stackName(layer, owner.stateName));
  return addressesIn(file)?.has(address) === false;
}
