import {
  COPY_KEY_PURPOSES,
  copyKeyOf,
  generationAlias,
  keyAlias,
  namedKeyAlias,
  namedKeyOf,
  namedKeyPurpose,
  topologyBuckets,
  withKey,
  type KeyPlace,
  type KeyPurpose,
  type KeyRecord,
  type Place,
} from "../../../topology";
import { isAwsError, type KeyLife } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import { placeId, uniquePlaces } from "../../engine/place-id";
import type { KeyChange } from "../../engine/results";
import { keyIdOf, keysOf, rememberedPlaces, type ChangeableFoundation, type Foundation } from "./foundation";

/** A key that was found by its alias, and its record for the lock file. */
interface Adopted {
  readonly place: KeyPlace;
  readonly name: string;
  readonly record: Partial<KeyRecord>;
  /** The Regions of the related keys of a multi-Region key. */
  readonly relatedRegions: readonly string[];
}

/**
 * Rebuilds the content of a lost lock file from AWS: every key with an alias of the topology in its accounts and
 * Regions is recorded with its id, so that the next deploy imports it instead of creating another one. A key whose
 * place is not in the topology is recorded as retired.
 */
export async function adoptKeys(foundation: ChangeableFoundation): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  const notes: string[] = [];
  const search = (places: readonly Place[]) =>
    concurrently(places, async (place) => {
      try {
        return await keysIn(foundation, place);
      } catch (error) {
        if (!isAwsError(error)) throw error;
        notes.push(`${place.account.name} ${place.region} was not searched: ${error.message}`);
        return [];
      }
    });
  const places = placesToSearch(foundation);
  const found = (await search(places)).flat();
  const searched = new Set(places.map(placeId));
  const related = uniquePlaces(found.flatMap((key) => relatedPlaces(foundation, key)));
  const replicas = await search(related.filter((place) => !searched.has(placeId(place))));
  const adopted = [...found, ...replicas.flat()];
  if (adopted.length > 0) {
    foundation.remember((lock) =>
      adopted.reduce((before, { place, record }) => withKey(before, topology, place, record), lock),
    );
  }
  return {
    topology,
    done: adopted.map(({ name, record }) => `${name}: ${record.keyId} is in the lock file`),
    notes: [
      ...notes,
      ...(adopted.length > 0
        ? [
            "commit the lock file; the next deploy of 'foundation-*', or 'dropped-*' for an account that was removed, imports the keys that Terraform does not have",
          ]
        : ["every key that was found is in the lock file already"]),
      "keys in accounts or Regions that neither the topology nor the lock file names are not found: name such an account or Region in the topology, and adopt again",
    ],
    refusals: [],
  };
}

/** Every known account, in every Region in which the topology works or worked. */
function placesToSearch(foundation: Foundation): readonly Place[] {
  const { locked } = foundation;
  const { rules, keys } = locked.topology;
  const regions = new Set([
    ...rememberedPlaces(foundation).map(({ region }) => region),
    ...rules.flatMap(({ from, to }) => [from.region, ...to.map(({ region }) => region)]),
    ...keys.flatMap((key) => key.regions),
    ...keysOf(foundation).map(({ region }) => region),
    ...topologyBuckets(locked.topology).map(({ region }) => region),
  ]);
  return locked.accounts.flatMap(({ account }) => [...regions].map((region) => ({ account, region })));
}

function relatedPlaces({ locked }: Foundation, { place, relatedRegions }: Adopted): readonly Place[] {
  return locked.accounts
    .filter(({ account }) => account.id === place.account)
    .flatMap(({ account }) => relatedRegions.map((region) => ({ account, region })));
}

async function keysIn(foundation: Foundation, place: Place): Promise<readonly Adopted[]> {
  const { locked, deployer } = foundation;
  const topology = locked.topology.name;
  const life = deployer.keyLife(place);
  const byArn = await life.aliases();
  const adopted: Adopted[] = [];
  for (const [arn, aliases] of byArn) {
    for (const purpose of purposesOf(topology, aliases)) {
      const key: KeyPlace = { account: place.account.id, region: place.region, purpose };
      const known = keysOf(foundation).find(
        (other) =>
          other.purpose === purpose &&
          placeId({ account: { id: other.account }, region: other.region }) === placeId(place),
      );
      const isSettled = known?.imported !== true || known.hasMaterial === true;
      if (known?.keyId !== undefined && isSettled) continue;
      const found = await life.describe(arn);
      if (found === undefined) continue;
      const material = materialRecord(found, place.region);
      if (known?.keyId !== undefined && material.hasMaterial !== true) continue;
      const keyId = keyIdOf(found);
      adopted.push({
        place: key,
        name: `${place.account.name}/${place.region}/${purpose}`,
        relatedRegions: found.relatedRegions ?? [],
        record:
          known === undefined
            ? {
                keyId,
                ...formerLife(found.state, await life.policy(arn)),
                ...namedRecord(topology, purpose, aliases, found),
                ...material,
              }
            : { keyId, ...numberedRecord(topology, purpose, aliases), ...material },
      });
    }
  }
  return adopted;
}

/** The keys of the topology that match the aliases of one key; the alias without a number is ignored if there is one with a number. */
function purposesOf(topology: string, aliases: readonly string[]): readonly KeyPurpose[] {
  const found = aliases.flatMap((alias) => purposeOf(topology, alias) ?? []);
  const numbered = new Set(
    found.filter(({ isNumbered }) => isNumbered).map(({ purpose }) => copyKeyOf(purpose)?.name),
  );
  return [
    ...new Set(
      found
        .filter(({ purpose, isNumbered }) => isNumbered || !numbered.has(copyKeyOf(purpose)?.name))
        .map(({ purpose }) => purpose),
    ),
  ];
}

/** The key of the topology that has an alias, and whether the alias contains its number. */
function purposeOf(
  topology: string,
  alias: string,
): { readonly purpose: KeyPurpose; readonly isNumbered: boolean } | undefined {
  const copyKey = COPY_KEY_PURPOSES.find((purpose) => keyAlias(topology, purpose) === alias);
  if (copyKey !== undefined) return { purpose: copyKey, isNumbered: false };
  const prefix = namedKeyAlias(topology, "");
  const [name, generation, ...rest] = alias.startsWith(prefix) ? alias.slice(prefix.length).split("/") : [];
  if (name === undefined || generation === undefined || rest.length > 0) return undefined;
  const purpose = namedKeyPurpose(name, Number(generation));
  if (!Number.isInteger(Number(generation)) || keyAlias(topology, purpose) !== alias) return undefined;
  return { purpose: isFirst(purpose) ? (name as KeyPurpose) : purpose, isNumbered: true };
}

/** Whether it is the first home or transit key, which the lock file stores without a number. */
function isFirst(purpose: string): boolean {
  return copyKeyOf(purpose)?.generation === 1;
}

/** The record of a first home or transit key that has later generations, regardless of who recorded it before. */
function numberedRecord(
  topology: string,
  purpose: KeyPurpose,
  aliases: readonly string[],
): Partial<KeyRecord> {
  const copyKey = copyKeyOf(purpose);
  if (copyKey?.generation !== 1) return {};
  return aliases.includes(generationAlias(topology, copyKey.name, 1)) ? { numbered: true } : {};
}

/** The record of a key that only the user's command names. */
function namedRecord(
  topology: string,
  purpose: KeyPurpose,
  aliases: readonly string[],
  { imported, primaryRegion }: KeyLife,
): Partial<KeyRecord> {
  const copyKey = copyKeyOf(purpose);
  if (copyKey?.generation === 1) return numberedRecord(topology, purpose, aliases);
  const named = namedKeyOf(purpose) ?? copyKey;
  if (named === undefined) return {};
  return {
    ...(aliases.includes(namedKeyAlias(topology, named.name)) ? { current: true } : {}),
    ...(imported === true ? { imported } : {}),
    ...(primaryRegion === undefined ? {} : { primaryRegion }),
  };
}

/** Whether an imported primary key has received its material: without it, it would have no replica. */
function materialRecord(
  { imported, primaryRegion, state, relatedRegions = [] }: KeyLife,
  region: string,
): Pick<KeyRecord, "hasMaterial"> {
  if (imported !== true || primaryRegion !== region) return {};
  return state !== "PendingImport" || relatedRegions.length > 1 ? { hasMaterial: true } : {};
}

/** The lifecycle state of an unrecorded key, from its KMS state and its policy. */
function formerLife(state: string, policy: string): Partial<KeyRecord> {
  const states: Readonly<Record<string, KeyRecord["state"]>> = {
    Disabled: "disabled",
    PendingDeletion: "deleted",
  };
  return {
    state: states[state] ?? "retired",
    ...(policy.includes('"AutoScalingUses"') ? { launches: true } : {}),
    ...(policy.includes('"DefaultKeyUses"') ? { ebsDefault: true } : {}),
  };
}
