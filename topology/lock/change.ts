import { must } from "../../core/must";
import { copyKeyOf, hasGenerations } from "../keys/copy-keys";
import { declaredKey, namedKeyOf } from "../keys/named-key";
import type { FormerUse, Topology } from "../model";
import {
  COPY_KEY_PURPOSES,
  isCopyKeyPurpose,
  keyAlias,
  keyPlaceId,
  type AccountRecord,
  type KeyPlace,
  type KeyPurpose,
  type KeyRecord,
  type Lock,
  type RememberedBucket,
  type RememberedKey,
  type TopologyRecord,
} from "./model";
import { awaitsPrimary } from "./replicas";

/** Every key of a topology in the lock, in any state, by account, Region and purpose. */
export function rememberedKeys(lock: Lock, topology: string): readonly RememberedKey[] {
  const accounts = Object.entries(lock.topologies[topology]?.accounts ?? {}).sort(byText);
  return accounts.flatMap(([account, { name, keys }]) =>
    Object.entries(keys)
      .sort(byText)
      .flatMap(([region, records]) =>
        purposesIn(records).flatMap((purpose): RememberedKey[] => {
          const record = records[purpose];
          const alias = keyAlias(topology, purpose, Object.keys(records));
          return record === undefined
            ? []
            : [
                {
                  account,
                  accountName: name,
                  region,
                  purpose,
                  alias,
                  ...record,
                  ...generationIn(records, purpose),
                  ...(awaitsPrimary(keys, region, purpose) ? { awaitsPrimary: true } : {}),
                },
              ];
        }),
      ),
  );
}

/** Every bucket of a topology in the lock, in any state, by account and name. */
export function rememberedBuckets(lock: Lock, topology: string): readonly RememberedBucket[] {
  const accounts = Object.entries(lock.topologies[topology]?.accounts ?? {}).sort(byText);
  return accounts.flatMap(([account, { buckets = {} }]) =>
    Object.entries(buckets)
      .sort(byText)
      .map(([bucket, record]) => ({ bucket, account, ...record })),
  );
}

/** Places in which an account's own key is, or was, used instead of the foundation's. */
function formerOwnKeysIn(lock: Lock, topology: string): readonly string[] {
  return Object.entries(lock.topologies[topology]?.accounts ?? {}).flatMap(([account, { ownKeys = {} }]) =>
    Object.entries(ownKeys).flatMap(([region, purposes]) =>
      purposes.map((purpose) => keyPlaceId({ account, region, purpose })),
    ),
  );
}

/** A topology with the recorded former uses of its keys, and the places in which own keys were used instead. */
export function withFormerUses(topology: Topology, lock: Lock): Topology {
  const formerUses = Object.fromEntries(
    rememberedKeys(lock, topology.name)
      .filter(({ state, purpose }) => state !== "deleted" && isCopyKeyPurpose(purpose))
      .map((key): [string, FormerUse] => [
        keyPlaceId(key),
        { launches: key.launches === true, ebsDefault: key.ebsDefault === true },
      ]),
  );
  const isPlain = topology.formerUses === undefined && Object.keys(formerUses).length === 0;
  const formerOwnKeys = formerOwnKeysIn(lock, topology.name);
  return {
    ...(isPlain ? topology : { ...topology, formerUses }),
    ...(formerOwnKeys.length === 0 ? {} : { formerOwnKeys }),
  };
}

/**
 * The lock with one key changed: `{ state: "disabled" }`. A key that is not in the lock is added.
 * @throws RangeError if the account is not in the lock
 */
export function withKey(lock: Lock, topology: string, place: KeyPlace, change: Partial<KeyRecord>): Lock {
  const { account, region, purpose } = place;
  return withAccount(lock, topology, account, (record) => {
    const inRegion = record.keys[region] ?? {};
    const key: KeyRecord = { state: "retired", ...inRegion[purpose], ...change };
    return { ...record, keys: { ...record.keys, [region]: { ...inRegion, [purpose]: key } } };
  });
}

/** The lock without one key: Terraform forgets the key, and it stays unchanged in AWS. */
export function withoutKey(lock: Lock, topology: string, { account, region, purpose }: KeyPlace): Lock {
  return withAccount(lock, topology, account, (record) => {
    const inRegion = without(record.keys[region] ?? {}, purpose);
    const elsewhere = without(record.keys, region);
    const isLast = Object.keys(inRegion).length === 0;
    return { ...record, keys: isLast ? elsewhere : { ...elsewhere, [region]: inRegion } };
  });
}

/** The lock without an account: its stacks are no longer synthesised, and their resources stay unchanged in AWS. */
export function withoutAccount(lock: Lock, topology: string, account: string): Lock {
  return withAccounts(lock, topology, without(lock.topologies[topology]?.accounts ?? {}, account));
}

/** The lock with the records of an account and of routes replaced by those of another lock. */
export function withAccountFrom(lock: Lock, topology: string, account: string, from: Lock): Lock {
  const record = from.topologies[topology]?.accounts[account];
  if (record === undefined) return lock;
  const routes = from.topologies[topology]?.routes;
  const after: TopologyRecord = {
    accounts: { ...lock.topologies[topology]?.accounts, [account]: record },
    ...(routes === undefined ? {} : { routes }),
  };
  return { ...lock, topologies: { ...lock.topologies, [topology]: after } };
}

/** The lock after keys were found in Terraform's state. */
export function withConfirmedKeys(lock: Lock, topology: string, keys: readonly KeyPlace[]): Lock {
  return keys.reduce((before, key) => withKey(before, topology, key, { unconfirmed: undefined }), lock);
}

/**
 * The lock after an account's grants were found to be as declared: the account no longer needs to read grants of keys on which it creates
 * none. Its grants stack may have been deleted, or the account forgotten.
 */
export function withGrantsSettled(lock: Lock, topology: Topology, account: string): Lock {
  return rememberedKeys(lock, topology.name)
    .filter(({ grantedTo }) => grantedTo?.includes(account) === true)
    .filter((key) => !mayGrant(topology, key, account))
    .reduce((before, key) => {
      const rest = key.grantedTo?.filter((id) => id !== account) ?? [];
      return withKey(before, topology.name, key, { grantedTo: rest.length === 0 ? undefined : rest });
    }, lock);
}

/** Whether an account creates grants on a key, according to the topology. */
function mayGrant(
  topology: Topology,
  { account, region, purpose, state }: RememberedKey,
  issuer: string,
): boolean {
  if (state !== "active" && state !== "retired") return false;
  const declared = declaredKey(topology, account, region, namedKeyOf(purpose)?.name);
  return declared?.launchGrants.some((grant) => grant.account.id === issuer) === true;
}

/** Keys whose place has left and that may never have been created: no deployment was seen to create them. */
export function doubtfulKeys(lock: Lock, topology: string): readonly RememberedKey[] {
  return rememberedKeys(lock, topology).filter(
    ({ state, unconfirmed, keyId }) => state === "retired" && unconfirmed === true && keyId === undefined,
  );
}

/** For one of several home or transit keys: its number, and whether the alias without a number points to it. */
function generationIn(
  records: AccountRecord["keys"][string],
  purpose: KeyPurpose,
): Pick<RememberedKey, "generation" | "current"> {
  const copyKey = copyKeyOf(purpose);
  if (copyKey === undefined || !hasGenerations(Object.keys(records), copyKey.name)) return {};
  const { name, generation } = copyKey;
  if (generation > 1) return { generation };
  const isCurrent = !Object.entries(records).some(
    ([other, record]) => copyKeyOf(other)?.name === name && record?.current === true,
  );
  return { generation, ...(isCurrent ? { current: true } : {}) };
}

/** Order: keys for copies first, then named keys by name and generation. */
function purposesIn(records: Readonly<Partial<Record<KeyPurpose, unknown>>>): readonly KeyPurpose[] {
  const others = (Object.keys(records) as KeyPurpose[])
    .filter((purpose) => !COPY_KEY_PURPOSES.some((one) => one === purpose))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return [...COPY_KEY_PURPOSES, ...others];
}

/** Buckets that no rule names and that may never have been created: no deployment was seen to create them. */
export function doubtfulBuckets(lock: Lock, topology: string): readonly RememberedBucket[] {
  return rememberedBuckets(lock, topology).filter(
    ({ state, unconfirmed }) => state === "retired" && unconfirmed === true,
  );
}

/** The lock after buckets were found in Terraform's state. */
export function withConfirmedBuckets(
  lock: Lock,
  topology: string,
  buckets: readonly RememberedBucket[],
): Lock {
  return buckets.reduce(
    (before, { account, bucket }) =>
      withAccount(before, topology, account, (record) => ({
        ...record,
        buckets: confirmed(record.buckets ?? {}, bucket),
      })),
    lock,
  );
}

/** The lock without one bucket: Terraform forgets the bucket, and it stays unchanged in AWS. */
export function withoutBucket(lock: Lock, topology: string, { account, bucket }: RememberedBucket): Lock {
  return withAccount(lock, topology, account, ({ buckets = {}, ...record }) => {
    const left = without(buckets, bucket);
    return Object.keys(left).length === 0 ? record : { ...record, buckets: left };
  });
}

function confirmed(
  buckets: NonNullable<AccountRecord["buckets"]>,
  bucket: string,
): NonNullable<AccountRecord["buckets"]> {
  const { unconfirmed, ...record } = must(buckets[bucket], `the bucket ${bucket}`);
  return unconfirmed === undefined ? buckets : { ...buckets, [bucket]: record };
}

function withAccount(
  lock: Lock,
  topology: string,
  account: string,
  change: (record: AccountRecord) => AccountRecord,
): Lock {
  const accounts = lock.topologies[topology]?.accounts ?? {};
  const record = accounts[account];
  if (record === undefined) throw new RangeError(`the lock file has no account ${account} of ${topology}`);
  return withAccounts(lock, topology, { ...accounts, [account]: change(record) });
}

/** The lock with the accounts of one topology replaced, and all others unchanged. */
export function withAccounts(
  lock: Lock,
  topology: string,
  accounts: Readonly<Record<string, AccountRecord>>,
): Lock {
  const record = { ...lock.topologies[topology], accounts };
  return { ...lock, topologies: { ...lock.topologies, [topology]: record } };
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
