import type { NamedKey } from "../keys/named-key";
import { namedKeyPurpose } from "../keys/named-key";
import type { Topology } from "../model";
import type { AccountRecord, KeyRecord } from "./model";

type Keys = AccountRecord["keys"];
type Accounts = Readonly<Record<string, AccountRecord>>;

/**
 * Whether a key is a replica that no deployment can create yet: KMS replicates a key only after it has its key material, and an imported
 * key gets its material after the deployment that creates it. A key that was ever created, or has an id, does not wait.
 * Source: KMS developer guide, Key states of AWS KMS keys, ReplicateKey.
 */
export function awaitsPrimary(keys: Keys, region: string, purpose: string): boolean {
  const record = recordOf(keys, region, purpose);
  if (record?.imported !== true || record.unconfirmed !== true || record.keyId !== undefined) return false;
  const { primaryRegion = region } = record;
  return primaryRegion !== region && recordOf(keys, primaryRegion, purpose)?.hasMaterial !== true;
}

/** The records without replicas that were never created and whose place has left. */
export function withoutUnmadeReplicas(accounts: Accounts): Accounts {
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => [id, { ...account, keys: withoutUnmade(account.keys) }]),
  );
}

function withoutUnmade(keys: Keys): Keys {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([region, records]) => {
      const kept = Object.entries(records).filter(
        ([purpose, record]) => record?.state === "active" || !awaitsPrimary(keys, region, purpose),
      );
      return kept.length === 0 ? [] : [[region, Object.fromEntries(kept)]];
    }),
  );
}

/** A topology without the replicas that no deployment can create yet, so that nothing else depends on them. */
export function withoutAwaiting(topology: Topology, accounts: Accounts): Topology {
  const awaits = (key: NamedKey, region: string) =>
    awaitsPrimary(accounts[key.account.id]?.keys ?? {}, region, namedKeyPurpose(key.name, key.generation));
  const isComplete = topology.keys.every((key) => key.regions.every((region) => !awaits(key, region)));
  if (isComplete) return topology;
  const keys = topology.keys.map((key) => ({
    ...key,
    regions: key.regions.filter((region) => !awaits(key, region)),
  }));
  return { ...topology, keys };
}

function recordOf(keys: Keys, region: string, purpose: string): KeyRecord | undefined {
  return (keys[region] as Readonly<Record<string, KeyRecord | undefined>> | undefined)?.[purpose];
}
