import type { LaunchGrant, NamedKey } from "./keys/named-key";
import { generationAlias } from "./names";
import { declaredKey } from "./keys/named-key";
import type { KeyReference } from "../policy/document";
import { uniqueBy } from "../core/unique-by";
import type { Account, Destination, Place, Rule, Topology } from "./model";

/**
 * Images that are shared instead of copied. If an image is not under a key that the launching accounts may use, or is in another
 * Region, the source's own account makes one copy from which all of them launch: a separate destination that lists the accounts
 * with which it is shared in `shares`.
 */

/** Name of the key, in the section `keys`, under which an account shares images. */
export const SHARED_IMAGES_KEY = "shared-images";

/** The declared destinations; those that share an image are replaced by the copy that is shared. */
export function withCopiesToShare(
  source: Account,
  destinations: readonly Destination[],
): readonly Destination[] {
  const sharing = destinations.filter(isShared);
  const regions = [...new Set(sharing.map(({ region }) => region))];
  return [
    ...destinations.filter((to) => !isShared(to)),
    ...regions.map((region) => copyToShare(source, region, sharing)),
  ];
}

/** The largest `keep` of the accounts that launch from the copies. */
function copyToShare(source: Account, region: string, sharing: readonly Destination[]): Destination {
  const shares = sharing.filter((to) => to.region === region);
  const keeps = shares.flatMap(({ keep }) => keep ?? []);
  const protection = shares.find(({ deregistrationProtection }) => deregistrationProtection !== undefined);
  return {
    account: source,
    region,
    shares,
    ...(keeps.length < shares.length ? {} : { keep: Math.max(...keeps) }),
    ...(protection?.deregistrationProtection === undefined
      ? {}
      : { deregistrationProtection: protection.deregistrationProtection }),
  };
}

export function isShared({ launchedBy }: Destination): boolean {
  return launchedBy !== undefined;
}

/** The keys that the user names, and those under which images are shared: one in each Region of a shared image. */
export function withSharedImageKeys(named: readonly NamedKey[], rules: readonly Rule[]): readonly NamedKey[] {
  const copies = rules.flatMap(({ to }) => to.filter(({ shares }) => shares !== undefined));
  const places = uniqueBy(copies, ({ account, region }) => `${account.id} ${region}`);
  return places.reduce<readonly NamedKey[]>((keys, place) => {
    const shares = copies
      .filter(({ account, region }) => account.id === place.account.id && region === place.region)
      .flatMap((copy) => copy.shares ?? []);
    const own = keys.find(
      ({ name, account, regions }) =>
        name === SHARED_IMAGES_KEY && account.id === place.account.id && regions.includes(place.region),
    );
    return own === undefined
      ? [...keys, opened(newKey(place), shares)]
      : keys.map((key) => (key === own ? opened(key, shares) : key));
  }, named);
}

function newKey({ account, region }: Place): NamedKey {
  const { rotationPeriodInDays } = account;
  return {
    name: SHARED_IMAGES_KEY,
    account,
    regions: [region],
    multiRegion: false,
    imported: false,
    enabled: true,
    generation: 1,
    launchGrants: [],
    ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
  };
}

/** A key that the accounts that launch from images under it may use for launches. */
function opened(key: NamedKey, shares: readonly Destination[]): NamedKey {
  const grants = shares.flatMap(({ account, launchedBy }) =>
    (launchedBy?.services ?? []).map((awsServiceName): LaunchGrant => ({
      account,
      grantee: { awsServiceName },
    })),
  );
  const ofShares = shares.flatMap(({ launchedBy }) => launchedBy?.roles ?? []);
  const roles = [...new Set([...(key.sharedWith?.roles ?? []), ...ofShares])];
  const sharedWith = {
    accounts: [],
    organizationalUnits: [],
    viaServices: ["ec2"] as const,
    ...key.sharedWith,
  };
  return {
    ...key,
    launchGrants: uniqueBy([...key.launchGrants, ...grants], ({ account, grantee }) =>
      JSON.stringify([account.id, grantee.awsServiceName, grantee.customSuffix]),
    ),
    ...(roles.length === 0 ? {} : { sharedWith: { ...sharedWith, roles } }),
  };
}

/**
 * Aliases of the keys that the source of a rule can be encrypted under: those that it lists, and the key under which its account shares
 * images, if the rule shares them there.
 */
export function sourceKeyAliases(topology: Topology, { from, to }: Rule): readonly string[] {
  const sharesThere = to.some(({ shares, region }) => shares !== undefined && region === from.region);
  return sharesThere ? [...new Set([...from.keys, sharedImagesKey(topology, from).alias])] : from.keys;
}

/** The key under which images are shared from a place. */
export function sharedImagesKey(topology: Topology, { account, region }: Place): KeyReference {
  const declared = declaredKey(topology, account.id, region, SHARED_IMAGES_KEY);
  const alias = generationAlias(topology.name, SHARED_IMAGES_KEY, declared?.generation ?? 1);
  return { account: account.id, region, alias };
}
