import { partitionOf } from "@keyferry/common";
import { ConfigurationError } from "../../core/errors";
import type { KeyDeclaration, KeyUsers } from "../../policy/keys";
import {
  declaredPlaceId,
  ebsDefaultKeys,
  keyDeclarations,
  ownKeyDeclarations,
  runnerAccess,
} from "../access";
import { replications, topologyBuckets } from "../buckets/access";
import { imageBuckets } from "../image-buckets";
import { arrivals } from "../jobs";
import {
  copyKeyOf,
  generationPurpose,
  isReplaceable,
  type CopyKey,
  type ReplaceableKey,
} from "../keys/copy-keys";
import { declaredKey, namedKeyOf } from "../keys/named-key";
import type { Account, Topology } from "../model";
import type { StackLayer } from "../names";
import { lockedBuckets, nextBuckets, type LockedBucket } from "./buckets";
import { rememberedKeys, withAccounts } from "./change";
import { withRemembered, withRoutes } from "./routes";
import {
  keyPlaceId,
  type AccountRecord,
  type KeyPurpose,
  type KeyRecord,
  type KeyState,
  type Lock,
  type RememberedKey,
} from "./model";
import {
  lockedNamedKey,
  namedKeyAccess,
  namedKeyProblems,
  withNamedKeys,
  type LockedNamedKey,
} from "./named-keys";
import { withoutAwaiting, withoutUnmadeReplicas } from "./replicas";

/** One of several present or former home or transit keys of a place. */
export interface LockedGeneration extends CopyKey {
  /** Whether the alias without a number points to it. */
  readonly isCurrent: boolean;
  /** Whether its alias with a number already exists and is imported. */
  readonly isNumbered: boolean;
}

/** A key that synthesis writes, or that Terraform forgets. */
export interface LockedKey {
  readonly state: KeyState;
  /** The input of its key policy. A key that is not active has no copiers, so no other account is allowed. */
  readonly declaration: Omit<KeyDeclaration, "purpose"> & { readonly purpose: KeyPurpose };
  /** What the user declares of it; absent for a key that copies need. */
  readonly named?: LockedNamedKey;
  /** Which home or transit key it is. @default - the only one of its place */
  readonly generation?: LockedGeneration;
  /** Days between two rotations. @default - AWS's default period, or the current one */
  readonly rotationPeriodInDays?: number;
  /** Id of an existing key that Terraform imports. */
  readonly keyId?: string;
  /** Whether it is now the EBS default key of its place. */
  readonly isEbsDefault: boolean;
}

/** An account that has, or once had, stacks. */
export interface LockedAccount {
  readonly account: Account;
  readonly partition: string;
  /** Whether the topology still declares it. */
  readonly declared: boolean;
  /** The name that its states are stored under; unique in the topology. */
  readonly stateName: string;
  readonly stacks: readonly StackLayer[];
  readonly keys: readonly LockedKey[];
  /** Buckets that the foundation has created, or creates. */
  readonly buckets: readonly LockedBucket[];
  /** Whether the foundation creates, or has created, buckets for stored images. @default false */
  readonly imageBuckets?: true;
}

/** A topology with all of its records in the lock file. */
export interface LockedTopology {
  /** As declared, with the former uses of its keys, without replicas that no deployment can create yet. */
  readonly topology: Topology;
  /** The declared ones in the topology's order, then the dropped ones by id. */
  readonly accounts: readonly LockedAccount[];
  /** The content to write into the lock file. */
  readonly lock: Lock;
}

/**
 * Merges the declarations of a topology with its records in the lock: keys whose place has left are retired, keys
 * whose place is back are active again, and buckets likewise. The records of other topologies stay unchanged.
 * @throws ConfigurationError with every change of existing keys that KMS cannot make, and every bucket that would have to move
 */
export function mergeLock(declared: Topology, lock: Lock): LockedTopology {
  const topology = withRemembered(declared, lock);
  const before = lock.topologies[topology.name]?.accounts ?? {};
  const problems = namedKeyProblems(topology, before);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const next = withoutUnmadeReplicas(nextAccounts(topology, before));
  const after = withAccounts(withRoutes(lock, topology, []), topology.name, next);
  const declarations = new Map(keyDeclarations(topology).map((key) => [declaredPlaceId(key), key]));
  const defaults = ebsDefaultKeys(topology);
  const issuerOf = (id: string) => {
    const known = topology.accounts.find((account) => account.id === id);
    const { deployRole } = known ?? after.topologies[topology.name]?.accounts[id] ?? {};
    return deployRole === undefined ? undefined : { account: id, roleName: deployRole };
  };
  const keys = rememberedKeys(after, topology.name).map((key) => {
    const id = keyPlaceId(key);
    const access = namedKeyAccess(topology, key, issuerOf);
    return { key, locked: lockedKey(topology, key, declarations.get(id), defaults.has(id), access) };
  });
  const living = topology.accounts.map(({ id }) => id);
  const dropped = Object.keys(after.topologies[topology.name]?.accounts ?? {})
    .filter((id) => !living.includes(id))
    .sort();
  const accounts = [...living, ...dropped].flatMap((id): LockedAccount[] => {
    const record = after.topologies[topology.name]?.accounts[id];
    if (record === undefined) return [];
    const own = keys
      .filter(({ key }) => key.account === id && key.awaitsPrimary !== true)
      .map(({ locked }) => locked);
    return [
      {
        account: topology.accounts.find((account) => account.id === id) ?? accountOf(id, record),
        partition: own[0]?.declaration.partition ?? topology.partition,
        declared: living.includes(id),
        stateName: stateNameOf(record),
        stacks: record.stacks,
        keys: own,
        buckets: lockedBuckets(topology, id, record),
        ...(record.imageBuckets === true ? { imageBuckets: true } : {}),
      },
    ];
  });
  return { topology: withoutAwaiting(topology, next), accounts, lock: after };
}

function nextAccounts(
  topology: Topology,
  before: Readonly<Record<string, AccountRecord>>,
): Readonly<Record<string, AccountRecord>> {
  const declarations = keyDeclarations(topology);
  const next: Record<string, AccountRecord> = Object.fromEntries(
    Object.entries(before).map(([id, record]) => [
      id,
      { ...record, keys: retired(record.keys), ...nextBuckets(topology, id, record.buckets) },
    ]),
  );
  for (const account of topology.accounts) {
    const stacks = new Set([...(before[account.id]?.stacks ?? []), ...stacksOf(topology, account)]);
    if (stacks.size === 0) continue;
    const others = Object.entries(next).flatMap(([id, record]) =>
      id === account.id ? [] : [stateNameOf(record)],
    );
    const record = before[account.id];
    const free = others.includes(account.name) ? `${account.name}-${account.id}` : account.name;
    const stateName = record === undefined ? free : stateNameOf(record);
    const known = before[account.id]?.keys ?? {};
    const keys = { ...withNamedKeys(next[account.id]?.keys ?? {}, topology, account, known) };
    for (const key of declarations.filter((declaration) => declaration.account === account.id)) {
      const purpose = generationPurpose(key.purpose, key.generation ?? 1);
      keys[key.region] = {
        ...withoutCurrent(keys[key.region] ?? {}, key.purpose),
        [purpose]: activeRecord(key, known[key.region]?.[purpose]),
      };
    }
    next[account.id] = {
      name: account.name,
      ...(stateName === account.name ? {} : { stateName }),
      ...(account.deployRole === undefined ? {} : { deployRole: account.deployRole }),
      runnerRole: account.runnerRole,
      ...(account.profile === undefined ? {} : { profile: account.profile }),
      stacks: [...stacks].sort(),
      keys,
      ...nextOwnKeys(topology, account, before[account.id]?.ownKeys),
      ...nextBuckets(topology, account.id, before[account.id]?.buckets),
      ...(before[account.id]?.imageBuckets === true || hasImageBuckets(topology, account)
        ? { imageBuckets: true }
        : {}),
    };
  }
  return next;
}

/** Copies under an account's own key stay under it, regardless of the key that is declared now. */
function nextOwnKeys(
  topology: Topology,
  { id }: Account,
  before: NonNullable<AccountRecord["ownKeys"]> = {},
): Pick<AccountRecord, "ownKeys"> {
  const ownKeys: Record<string, readonly ReplaceableKey[]> = { ...before };
  for (const { account, region, purpose } of ownKeyDeclarations(topology)) {
    if (account !== id || !isReplaceable(purpose)) continue;
    ownKeys[region] = [...new Set([...(ownKeys[region] ?? []), purpose])].sort();
  }
  return Object.keys(ownKeys).length === 0 ? {} : { ownKeys };
}

function hasImageBuckets(topology: Topology, { id }: Account): boolean {
  return imageBuckets(topology).some(({ account }) => account.id === id);
}

/** Layers that an account needs for the jobs and the buckets of a topology. */
function stacksOf(topology: Topology, account: Account): readonly StackLayer[] {
  const launches = arrivals(topology).some(
    ({ rule, to }) => to.account.id === account.id && to.launch !== undefined && rule.publishTo !== undefined,
  );
  const { copiesInto, launchesSharedIn, stored } = runnerAccess(topology, account);
  const copies = copiesInto.length + launchesSharedIn.length > 0 || stored !== undefined;
  const ownsKeys = topology.keys.some((key) => key.account.id === account.id);
  const hasBuckets = topologyBuckets(topology).some((bucket) => bucket.account.id === account.id);
  const replicates = replications(topology).some(({ source }) => source.account.id === account.id);
  const grants = topology.keys.some((key) =>
    key.launchGrants.some((grant) => grant.account.id === account.id),
  );
  return [
    ...(copies || ownsKeys ? (["foundation-keys"] as const) : []),
    ...(copies ? (["foundation-access"] as const) : []),
    ...(grants ? (["foundation-grants"] as const) : []),
    ...(launches ? (["consumers"] as const) : []),
    ...(hasBuckets ? (["foundation-buckets"] as const) : []),
    ...(replicates ? (["foundation-replication"] as const) : []),
  ];
}

function retired(keys: AccountRecord["keys"]): AccountRecord["keys"] {
  const retire = (key: KeyRecord): KeyRecord => (key.state === "active" ? { ...key, state: "retired" } : key);
  return Object.fromEntries(
    Object.entries(keys).map(([region, records]) => [
      region,
      Object.fromEntries(
        Object.entries(records).flatMap(([purpose, key]) =>
          key === undefined ? [] : [[purpose, retire(key)]],
        ),
      ),
    ]),
  );
}

/** The keys of a Region, with no key of the given name marked as current. */
function withoutCurrent(records: AccountRecord["keys"][string], name: string): AccountRecord["keys"][string] {
  return Object.fromEntries(
    Object.entries(records).map(([purpose, record]) => {
      if (copyKeyOf(purpose)?.name !== name || record === undefined) return [purpose, record];
      const kept = Object.entries(record).filter(([field]) => field !== "current");
      const former = Object.fromEntries(kept) as unknown as KeyRecord;
      return [purpose, former];
    }),
  );
}

/** If the place of a deleted key returns, it gets a new key, under which nothing is encrypted yet. */
function activeRecord(key: KeyDeclaration, record: KeyRecord | undefined): KeyRecord {
  const before = record?.state === "deleted" ? undefined : record;
  return {
    state: "active",
    ...(before === undefined || before.unconfirmed === true ? { unconfirmed: true } : {}),
    ...(before?.keyId === undefined ? {} : { keyId: before.keyId }),
    ...((key.generation ?? 1) === 1 ? {} : { current: true }),
    ...(before?.numbered === undefined ? {} : { numbered: before.numbered }),
    ...(key.launches ? { launches: true } : {}),
    ...(key.ebsDefault === true ? { ebsDefault: true } : {}),
  };
}

function lockedKey(
  topology: Topology,
  key: RememberedKey,
  declaration: KeyDeclaration | undefined,
  isEbsDefault: boolean,
  access: Pick<KeyUsers, "shares" | "launchGrants">,
): LockedKey {
  const { account, region, alias, purpose, state, keyId } = key;
  const named = lockedNamedKey(topology, key);
  const rotationPeriodInDays = rotationOf(topology, key);
  return {
    state,
    ...(named === undefined ? {} : { named }),
    ...generationOf(key),
    ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
    ...(keyId === undefined ? {} : { keyId }),
    isEbsDefault,
    declaration: {
      account,
      region,
      alias,
      purpose,
      partition: partitionOf(region),
      copiers: declaration?.copiers ?? [],
      ...(declaration?.databaseCopiers === undefined ? {} : { databaseCopiers: declaration.databaseCopiers }),
      launches: key.launches === true,
      ...(key.ebsDefault === true ? { ebsDefault: true } : {}),
      ...(declaration?.replicaWriters === undefined ? {} : { replicaWriters: declaration.replicaWriters }),
      ...access,
    },
  };
}

function generationOf(key: RememberedKey): Pick<LockedKey, "generation"> {
  const copyKey = copyKeyOf(key.purpose);
  if (copyKey === undefined || key.generation === undefined) return {};
  const { current = false, numbered = false } = key;
  return { generation: { ...copyKey, isCurrent: current, isNumbered: numbered } };
}

/** The rotation period: of a named key as declared, of all others as set for their account; undefined if not set. */
function rotationOf(topology: Topology, { account, region, purpose }: RememberedKey): number | undefined {
  const named = namedKeyOf(purpose);
  const ofAccount = topology.accounts.find(({ id }) => id === account)?.rotationPeriodInDays;
  if (named === undefined) return ofAccount;
  return declaredKey(topology, account, region, named.name)?.rotationPeriodInDays ?? ofAccount;
}

function accountOf(id: string, record: AccountRecord): Account {
  const { name, runnerRole, deployRole, profile } = record;
  return {
    name,
    id,
    runnerRole,
    ...(deployRole === undefined ? {} : { deployRole }),
    ...(profile === undefined ? {} : { profile }),
  };
}

function stateNameOf({ stateName, name }: AccountRecord): string {
  return stateName ?? name;
}
