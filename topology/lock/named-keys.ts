import { must } from "../../core/must";
import type { Problem } from "../../core/errors";
import { pathText } from "../../core/path-text";
import type { KeyUsers } from "../../policy/keys";
import type { GrantIssuer } from "../../policy/launch-grants";
import {
  declaredKey,
  keyAccess,
  namedKeyOf,
  namedKeyPurpose,
  type LaunchGrant,
  type NamedKey,
} from "../keys/named-key";
import type { Account, Topology } from "../model";
import type { AccountRecord, KeyRecord, RememberedKey } from "./model";
import { awaitsPrimary } from "./replicas";

type Keys = AccountRecord["keys"];

/** Properties that synthesis needs for a key that the user names, in addition to those of every key. */
export interface LockedNamedKey {
  readonly name: string;
  readonly generation: number;
  /** Whether the alias without a generation points to it. */
  readonly isCurrent: boolean;
  /** Region of the primary key of a multi-Region key; the primary key itself has its own Region. @default - a single-Region key */
  readonly primaryRegion?: string;
  /** Whether the user imports the key material. */
  readonly imported: boolean;
  readonly enabled: boolean;
  /** Grants that other stacks create on it, as declared; former generations also have them. */
  readonly launchGrants: readonly LaunchGrant[];
}

/** The keys of an account, with the named keys of the topology as active and current. `keys` has the current records of all others. */
export function withNamedKeys(keys: Keys, topology: Topology, account: Account, before: Keys): Keys {
  const next = { ...keys };
  for (const key of topology.keys.filter((declared) => declared.account.id === account.id)) {
    const purpose = namedKeyPurpose(key.name, key.generation);
    const declared: Keys = Object.fromEntries(
      key.regions.map((region) => [
        region,
        { [purpose]: activeRecord(key, before, before[region]?.[purpose]) },
      ]),
    );
    for (const region of key.regions) {
      // Until the replica exists, the alias keeps its current target.
      const isMade = !awaitsPrimary(declared, region, purpose);
      const { current, ...record } = must(declared[region]?.[purpose], `the record of ${purpose}`);
      next[region] = {
        ...formerGenerations(next[region] ?? {}, key, isMade),
        [purpose]: isMade ? { ...record, current } : record,
      };
    }
  }
  return next;
}

/** The properties of a recorded named key at synthesis; undefined for a key for copies. */
export function lockedNamedKey(topology: Topology, key: RememberedKey): LockedNamedKey | undefined {
  const named = namedKeyOf(key.purpose);
  if (named === undefined) return undefined;
  const declared = declaredKey(topology, key.account, key.region, named.name);
  const isDeclared = declared?.generation === named.generation;
  return {
    ...named,
    isCurrent: key.current === true,
    imported: key.imported === true,
    enabled: isDeclared ? declared.enabled : key.state !== "disabled",
    launchGrants: accessOf(declared, key)?.launchGrants ?? [],
    ...(key.primaryRegion === undefined ? {} : { primaryRegion: key.primaryRegion }),
  };
}

/** The principals that the policy of a recorded key allows. Former generations stay shared, because data under them is still read. */
export function namedKeyAccess(
  topology: Topology,
  key: RememberedKey,
  issuerOf: (account: string) => GrantIssuer | undefined,
): Pick<KeyUsers, "shares" | "launchGrants"> {
  const name = namedKeyOf(key.purpose)?.name;
  if (name === undefined || key.state === "disabled") return {};
  const declared = accessOf(declaredKey(topology, key.account, key.region, name), key);
  const access = declared === undefined ? {} : keyAccess(declared);
  const issuers = access.launchGrants?.issuers ?? [];
  const formerIssuers = (key.grantedTo ?? [])
    .filter((account) => !issuers.some((issuer) => issuer.account === account))
    .flatMap((account) => issuerOf(account) ?? []);
  if (formerIssuers.length === 0) return access;
  return { ...access, launchGrants: { issuers, grantees: [], ...access.launchGrants, formerIssuers } };
}

/** The declaration that shares a key with other principals; undefined if it is not shared. */
function accessOf(declared: NamedKey | undefined, { state }: RememberedKey): NamedKey | undefined {
  return state === "active" || state === "retired" ? declared : undefined;
}

/** Changes of existing keys that no deployment can make. Sources: KMS developer guide, Multi-Region keys, Importing key material. */
export function namedKeyProblems(
  { keys }: Topology,
  accounts: Readonly<Record<string, AccountRecord>>,
): readonly Problem[] {
  return keys.flatMap((key) => {
    const before = accounts[key.account.id]?.keys ?? {};
    const known = Object.values(before).flatMap((records) => livingRecord(records, key) ?? []);
    return [...problemsOf(key, before, known)];
  });
}

function problemsOf(key: NamedKey, before: Keys, known: readonly KeyRecord[]): readonly Problem[] {
  const path = pathText(["keys", key.name]);
  const fix = `set generation: ${key.generation + 1}, which creates a new key under the same alias`;
  const problems: Problem[] = [];
  if (known.some(({ primaryRegion }) => (primaryRegion !== undefined) !== key.multiRegion)) {
    const what = `the key exists${key.multiRegion ? " as one for each Region" : " as a multi-Region key"}: KMS cannot change that`;
    problems.push({ path: `${path}.multiRegion`, what, fix });
  }
  if (known.some(({ imported }) => (imported === true) !== key.imported)) {
    const what = `the key exists with key material ${key.imported ? "of KMS" : "that was imported"}: KMS cannot change its origin`;
    problems.push({ path: `${path}.imported`, what, fix });
  }
  const primary = known.find(({ primaryRegion }) => primaryRegion !== undefined)?.primaryRegion;
  const isThere = primary !== undefined && livingRecord(before[primary] ?? {}, key) !== undefined;
  if (key.multiRegion && isThere && !key.regions.includes(primary)) {
    problems.push({
      path: `${path}.regions`,
      what: `the primary key is in ${primary}, and its replicas need it`,
      fix: `keep ${primary}; to give up the whole key, remove keys.${key.name}`,
    });
  }
  return problems;
}

function livingRecord(records: Keys[string], { name, generation }: NamedKey): KeyRecord | undefined {
  const record = records[namedKeyPurpose(name, generation)];
  return record?.state === "deleted" ? undefined : record;
}

/** If the place of a deleted key returns, it gets a new key, under which nothing is encrypted yet. */
function activeRecord(key: NamedKey, before: Keys, record: KeyRecord | undefined): KeyRecord {
  const known = record?.state === "deleted" ? undefined : record;
  return {
    state: "active",
    current: true,
    ...(known === undefined || known.unconfirmed === true ? { unconfirmed: true } : {}),
    ...(known?.keyId === undefined ? {} : { keyId: known.keyId }),
    ...(key.multiRegion ? { primaryRegion: primaryRegionOf(key, before) } : {}),
    ...(key.imported ? { imported: true } : {}),
    ...(known?.hasMaterial === true ? { hasMaterial: true } : {}),
    ...grantedTo(key, known),
  };
}

/** Accounts that have created grants, or will create some. */
function grantedTo(key: NamedKey, known: KeyRecord | undefined): Pick<KeyRecord, "grantedTo"> {
  const issuers = keyAccess(key).launchGrants?.issuers ?? [];
  const all = new Set([...(known?.grantedTo ?? []), ...issuers.map(({ account }) => account)]);
  return all.size === 0 ? {} : { grantedTo: [...all].sort() };
}

/** The Region of the primary key, once it exists. */
function primaryRegionOf(key: NamedKey, before: Keys): string {
  const known = Object.values(before).flatMap((records) => livingRecord(records, key)?.primaryRegion ?? []);
  return known[0] ?? must(key.regions[0], "the first Region of a key");
}

/**
 * The records of a Region with former generations of a key.
 * @param isLeft whether its alias no longer points to one of them
 */
function formerGenerations(records: Keys[string], key: NamedKey, isLeft: boolean): Keys[string] {
  return Object.fromEntries(
    Object.entries(records).map(([purpose, record]) => {
      if (namedKeyOf(purpose)?.name !== key.name || record === undefined) return [purpose, record];
      const entries = Object.entries(record).filter(([field]) => !isLeft || field !== "current");
      const former = Object.fromEntries(entries) as unknown as KeyRecord;
      return [purpose, record.state === "deleted" ? former : { ...former, ...grantedTo(key, record) }];
    }),
  );
}
