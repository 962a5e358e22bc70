import { ConfigurationError } from "../../../../core/errors";
import { copyKeyOf, namedKeyAlias, namedKeyOf, type Place, type RememberedKey } from "../../../../topology";
import { isAwsError } from "../../../aws";
import { concurrently } from "../../../engine/concurrently";
import type { Refusal } from "../../../engine/errors";
import {
  findKey,
  generationOf,
  keyName,
  keysOf,
  knownAccounts,
  placeOf,
  type Foundation,
} from "../foundation";

/** A generation of a key, with its ARN. */
export interface Generation {
  /** `prod/eu-central-1/app-data@2` */
  readonly name: string;
  readonly number: number;
  readonly arn: string;
  /** The alias of this generation, regardless of what the key's other alias points to. */
  readonly alias: string;
}

/** What moves in one Region: everything under the former generations, to the current one. */
export interface Campaign {
  /** The user's name of the key: `app-data`. */
  readonly name: string;
  /** The keys' place; everything under a key is in the key's Region. */
  readonly place: Place;
  readonly present: Generation;
  readonly former: readonly Generation[];
}

/** The keys that the user names: one key in a Region, or in all of its Regions. */
export interface NamedCampaigns {
  readonly campaigns: readonly Campaign[];
  /** Why there is nothing to move, or no key to move it to. */
  readonly refusals: readonly Refusal[];
}

/**
 * The campaigns of `ACCOUNT/REGION/NAME`, or of `ACCOUNT/NAME` in every Region that has the key: a multi-Region key has the same key
 * material in all of them.
 * @throws ConfigurationError if there is no such key
 * @throws AwsCallError if KMS denies access to one
 */
export async function campaignsOf(foundation: Foundation, named: string): Promise<NamedCampaigns> {
  const found = await concurrently(generationsNamed(foundation, named), (keys) =>
    campaignOf(foundation, keys),
  );
  const campaigns = found.flatMap((one) => ("present" in one ? [one] : []));
  return { campaigns, refusals: found.flatMap((one) => ("present" in one ? [] : [one])) };
}

/** All generations of the key in each Region. */
function generationsNamed(
  foundation: Foundation,
  named: string,
): readonly (readonly [RememberedKey, ...RememberedKey[]])[] {
  const parts = named.split("/");
  const [account, name] = [parts[0], parts.at(-1)];
  const region = parts.length === 3 ? parts[1] : undefined;
  const keys = keysOf(foundation);
  const own = keys.filter(
    (key) =>
      nameOf(key) === name &&
      [key.account, key.accountName].includes(account ?? "") &&
      (region === undefined || key.region === region) &&
      key.state !== "deleted",
  );
  if (own.length === 0 || parts.length < 2 || parts.length > 3) {
    const allowed = [
      ...new Set(
        keys.flatMap((key) => {
          const known = nameOf(key);
          return known === undefined ? [] : `${key.accountName}/${key.region}/${known}`;
        }),
      ),
    ];
    throw new ConfigurationError(
      [
        {
          path: "key",
          what: `there is no key "${named}" with generations`,
          allowed: allowed.length === 0 ? "none: no key was ever deployed" : allowed.join(", "),
          fix: "name ACCOUNT/REGION/NAME, or ACCOUNT/NAME for all Regions of it, without a generation; keys of buckets have none",
        },
      ],
      "the command line",
    );
  }
  const byRegion = new Map<string, [RememberedKey, ...RememberedKey[]]>();
  for (const key of own) {
    const known = byRegion.get(key.region);
    if (known === undefined) byRegion.set(key.region, [key]);
    else known.push(key);
  }
  return [...byRegion.values()];
}

/** The name of a key that can have generations. */
function nameOf({ purpose }: RememberedKey): string | undefined {
  return namedKeyOf(purpose)?.name ?? copyKeyOf(purpose)?.name;
}

async function campaignOf(
  foundation: Foundation,
  keys: readonly [RememberedKey, ...RememberedKey[]],
): Promise<Campaign | Refusal> {
  const place = placeOf(foundation, keys[0]);
  const life = foundation.deployer.keyLife(place);
  const name = nameOf(keys[0]) ?? "";
  const key = `${keys[0].accountName}/${place.region}/${name}`;
  const account = place.account.id;
  const isOfCopies = copyKeyOf(keys[0].purpose) !== undefined;
  const current = keys.find((one) => generationOf(one)?.isCurrent !== false && one.state === "active");
  if (current === undefined) {
    const what = "the topology does not declare it any more, so there is no key to move to";
    const fix = isOfCopies
      ? "declare again what is copied there"
      : `declare it under keys.${name} with its next generation`;
    return { subject: key, what, fix, account };
  }
  const deploy = "deploy 'foundation-*', which creates the key and points the alias to it";
  const present = await findKey(life, current);
  if (present === undefined)
    return { subject: keyName(current), what: "AWS does not have it yet", fix: deploy, account };
  if (present.state !== "Enabled") {
    const fix = "enable it, or import its key material, before anything is moved to it";
    return { subject: keyName(current), what: `it is ${present.state} in KMS`, fix, account };
  }
  const alias = namedKeyAlias(foundation.locked.topology.name, name);
  if (!((await life.aliases()).get(present.arn) ?? []).includes(alias))
    return { subject: keyName(current), what: `${alias} does not point to it yet`, fix: deploy, account };
  const former: Generation[] = [];
  for (const one of keys.filter((candidate) => candidate !== current)) {
    const found = await findKey(life, one);
    if (found === undefined) continue;
    if (found.state !== "Enabled") {
      const what = `it is ${found.state} in KMS, and nothing under it can be read`;
      const fix = `keyferry keys enable ${keyName(one)}, and deploy; or cancel its deletion`;
      return { subject: keyName(one), what, fix, account };
    }
    former.push(generation(one, found.arn));
  }
  if (former.length === 0) {
    const next = (generationOf(current)?.number ?? 1) + 1;
    const edit = isOfCopies
      ? `keyGenerations: { ${name}: ${next} } under accounts.${current.accountName}`
      : `generation: ${next} under keys.${name}`;
    const fix = `write ${edit}, and ${deploy}`;
    return { subject: key, what: "it has no former generation", fix, account };
  }
  return { name, place, present: generation(current, present.arn), former };
}

function generation(key: RememberedKey, arn: string): Generation {
  return {
    name: keyName(key),
    number: generationOf(key)?.number ?? 1,
    arn,
    alias: key.alias,
  };
}

/** Every account of the topology in the Region of a campaign: the key may be shared with any of them. */
export function placesOf(foundation: Foundation, { place }: Campaign): readonly Place[] {
  return knownAccounts(foundation).map((account) => ({ account, region: place.region }));
}

/** AWS's own message for what could not be read. @throws any other error */
export function reasonOf(error: unknown): string {
  if (!isAwsError(error)) throw error;
  return error.message;
}
