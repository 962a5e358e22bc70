import { uniqueBy } from "../../../core/unique-by";
import { ConfigurationError } from "../../../core/errors";
import { resolveTopology, type Account, type TopologyInput } from "../../../topology";
import { placeName } from "../../engine/place-id";
import { familiesOf, newest, words, type Family, type StandingImage } from "./families";
import type { Standing, StandingPlace } from "./standing";

/** Something that exists and does not become part of the topology, or not unchanged. */
export interface Unfit {
  readonly what: string;
  readonly fix: string;
}

/** A key that the topology uses, in the form in which Terraform imports it. */
export interface KeyToImport {
  readonly account: Account;
  readonly region: string;
  readonly keyId: string;
  /** @default - the key has no alias */
  readonly alias?: string;
}

/** A proposed topology for what exists. */
export interface Proposal {
  /** Undefined if no image has a copy in another account or Region. */
  readonly topology?: TopologyInput;
  /** Keys that exist and that the topology names: Keyferry does not manage them. */
  readonly keys: readonly KeyToImport[];
  readonly unfit: readonly Unfit[];
  /** What AWS denied access to, one sentence each. */
  readonly unseen: readonly string[];
}

type Rule = NonNullable<TopologyInput["images"]>[string];
type ByRegion = Readonly<Record<string, string>>;

/**
 * The topology for copies that were made manually: one rule for all images of one name that have copies elsewhere, with the places of
 * the copies as destinations and the keys of the copies. Pure.
 */
export function propose(name: string, accounts: readonly Account[], standing: Standing): Proposal {
  const { families, unfit } = familiesOf(standing);
  const notes = [...unfit];
  const home = new Map<string, string>();
  const transit = new Map<string, string>();
  const used = new Map<string, { at: StandingPlace; arn: string }>();
  const images: Record<string, Rule> = {};
  for (const family of families) {
    const read = { used, notes };
    for (const [at, copy] of newestByPlace(family)) {
      const key = keyOf(copy, "its copies", read);
      if (key !== undefined) remember(home, at, key, `copies of ${family.pattern}`, notes);
    }
    const source = newest(family.sources.length === 0 ? family.copies : family.sources);
    const keys = sourceKeys(source, read);
    const [only] = keys;
    if (keys.length === 1 && only !== undefined && isTransit(family, source, only))
      remember(transit, family.at, only, `images named ${family.pattern}`, notes);
    images[freeName(family.pattern, images)] = ruleOf(family, keys, notes);
  }
  notes.push(...sharedOnly(standing, families), ...singleSnapshots(standing));
  const keys = keysToImport(used);
  const base = { keys, unfit: notes, unseen: standing.unseen };
  if (families.length === 0) return base;
  const topology: TopologyInput = {
    name,
    accounts: Object.fromEntries(accounts.map((account) => [account.name, declared(account, home, transit)])),
    images,
  };
  return { ...base, topology, unfit: [...notes, ...problemsOf(topology)] };
}

interface Read {
  readonly used: Map<string, { at: StandingPlace; arn: string }>;
  readonly notes: Unfit[];
}

function ruleOf(family: Family, keys: readonly string[], notes: Unfit[]): Rule {
  const { account, region } = family.at.place;
  const byAccount = new Map<string, string[]>();
  for (const at of newestByPlace(family).keys()) {
    const regions = byAccount.get(at.place.account.name) ?? [];
    byAccount.set(at.place.account.name, [...regions, at.place.region].sort());
  }
  const parameter = publishedAs(family, notes);
  return {
    from: {
      account: account.name,
      region,
      newest: { name: family.pattern },
      ...(keys.length === 0 ? {} : { keys: [...keys] }),
    },
    to: [...byAccount].map(([name, regions]) => ({ account: name, regions })),
    ...(parameter === undefined ? {} : { publishTo: parameter }),
  };
}

/** The one parameter that shows the newest copy in every place; only an explicit command adopts parameters. */
function publishedAs(family: Family, notes: Unfit[]): string | undefined {
  const shown = [...newestByPlace(family)].map(([at, { image }]) =>
    at.parameters.flatMap((use) =>
      use.image === image.id && use.parameter !== undefined ? [use.parameter] : [],
    ),
  );
  const names = [...new Set(shown.flat())];
  const everywhere = names.find((parameter) => shown.every((here) => here.includes(parameter)));
  if (names.length === 0) return undefined;
  notes.push(
    everywhere === undefined
      ? {
          what: `copies of ${family.pattern} are published in ${names.join(", ")}, not in the same parameter everywhere`,
          fix: "choose one name for all destinations and write it as publishTo",
        }
      : {
          what: `the parameter ${everywhere} exists and does not belong to the topology yet`,
          fix: "keyferry plan shows the command that hands it over in each account",
        },
  );
  return everywhere;
}

function newestByPlace(family: Family): ReadonlyMap<StandingPlace, StandingImage> {
  // The newest copy is last.
  return new Map(family.copies.map((copy) => [copy.at, copy]));
}

/** The one customer managed key of the image's own account under which all its snapshots are; undefined, with the reason, if there is none. */
function keyOf(one: StandingImage, what: string, { used, notes }: Read): string | undefined {
  const arns = keyArns(one);
  const [arn] = arns;
  const again = "the next run copies it again under the home key and keeps this one";
  if (arn === undefined || arns.length > 1 || !isEncrypted(one)) {
    const how = arn === undefined ? "not encrypted" : "not under a single key";
    notes.push({ what: `${words(one)} is ${how}`, fix: again });
    return undefined;
  }
  const aliases = one.at.aliases.get(arn) ?? [];
  if (aliases.some((alias) => alias.startsWith("alias/aws/"))) {
    notes.push({ what: `${words(one)} is under the AWS managed key ${aliases.join(", ")}`, fix: again });
    return undefined;
  }
  if (arn.split(":")[4] !== one.at.place.account.id) {
    notes.push({ what: `${words(one)} is under ${arn}, a key of another account`, fix: again });
    return undefined;
  }
  used.set(arn, { at: one.at, arn });
  return aliases[0] ?? arn;
}

/** The customer managed keys of a source, in the form of a rule. */
function sourceKeys(source: StandingImage, { used }: Read): readonly string[] {
  return keyArns(source).flatMap((arn) => {
    const aliases = source.at.aliases.get(arn) ?? [];
    if (aliases.some((alias) => alias.startsWith("alias/aws/"))) return [];
    if (arn.split(":")[4] === source.at.place.account.id) used.set(arn, { at: source.at, arn });
    return [aliases[0] ?? arn];
  });
}

/** Whether a source is shared directly, because all of it is under one key of its account that other accounts already use. */
function isTransit({ copies, at }: Family, source: StandingImage, key: string): boolean {
  const leaves = copies.some((copy) => copy.at.place.account.id !== at.place.account.id);
  return leaves && isEncrypted(source) && (key.startsWith("alias/") || key.includes(at.place.account.id));
}

function keyArns({ image, at }: StandingImage): readonly string[] {
  return [...new Set(image.volumes.flatMap(({ snapshotId }) => at.snapshots.get(snapshotId)?.keyArn ?? []))];
}

function isEncrypted({ image, at }: StandingImage): boolean {
  return image.volumes.every(({ snapshotId }) => at.snapshots.get(snapshotId)?.encrypted === true);
}

/** An account has one key for a purpose in a Region; the first one that is found is used. */
function remember(
  keys: Map<string, string>,
  at: StandingPlace,
  key: string,
  what: string,
  notes: Unfit[],
): void {
  const place = placeName(at.place);
  const known = keys.get(place);
  if (known === undefined) keys.set(place, key);
  else if (known !== key)
    notes.push({
      what: `${what} in ${place} are under ${key}, and others under ${known}`,
      fix: "an account has one such key in a Region: runs copy them again under that key",
    });
}

function declared(
  account: Account,
  home: ReadonlyMap<string, string>,
  transit: ReadonlyMap<string, string>,
): TopologyInput["accounts"][string] {
  const { id, name, profile, deployRole } = account;
  const byRegion = (keys: ReadonlyMap<string, string>): ByRegion | undefined => {
    const own = [...keys].flatMap(([place, key]) =>
      place.startsWith(`${name} `) ? [[place.slice(name.length + 1), key] as const] : [],
    );
    return own.length === 0 ? undefined : Object.fromEntries(own);
  };
  const homes = byRegion(home);
  // The copying accounts use a transit key, so it is never the key of final copies.
  const ways = Object.entries(byRegion(transit) ?? {}).filter(([region, key]) => homes?.[region] !== key);
  const ownKeys = {
    ...(homes === undefined ? {} : { home: homes }),
    ...(ways.length === 0 ? {} : { transit: Object.fromEntries(ways) }),
  };
  return {
    id,
    ...(profile === undefined ? {} : { profile }),
    ...(deployRole === undefined || deployRole === "keyferry-deploy" ? {} : { deployRole }),
    ...(Object.keys(ownKeys).length === 0 ? {} : { ownKeys }),
  };
}

/** Images that other accounts launch from, and that have no copies. */
function sharedOnly({ places }: Standing, families: readonly Family[]): readonly Unfit[] {
  const copied = new Set(families.flatMap(({ sources }) => sources.map(({ image }) => image.id)));
  return places.flatMap((at) =>
    at.images.flatMap((image): Unfit[] => {
      const launchers = at.launchers.get(image.id) ?? [];
      if (launchers.length === 0 || copied.has(image.id)) return [];
      return [
        {
          what: `${words({ image, at })} is shared with ${launchers.join(", ")}, and no account has a copy of it`,
          fix: 'a rule with route: "share" lets them launch from it under the key shared-images, whose policy Keyferry writes',
        },
      ];
    }),
  );
}

/** EC2 does not record what a copy of a single snapshot was made from. */
function singleSnapshots({ places }: Standing): readonly Unfit[] {
  return places.flatMap((at): Unfit[] => {
    const ofImages = new Set(at.images.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId)));
    const single = [...at.snapshots.keys()].filter((id) => !ofImages.has(id)).sort();
    if (single.length === 0) return [];
    const shown = `${single.slice(0, 3).join(", ")}${single.length > 3 ? `, and ${single.length - 3} more` : ""}`;
    return [
      {
        what: `snapshots of no image in ${placeName(at.place)}: ${shown}; EC2 does not record what copies of them were made from`,
        fix: "declare the snapshots to be copied under `snapshots`; runs make their own copies",
      },
    ];
  });
}

function keysToImport(used: Read["used"]): readonly KeyToImport[] {
  const all = [...used.values()].map(({ at, arn }): KeyToImport => {
    const [alias] = at.aliases.get(arn) ?? [];
    return {
      account: at.place.account,
      region: at.place.region,
      keyId: arn.slice(arn.lastIndexOf("/") + 1),
      ...(alias === undefined ? {} : { alias }),
    };
  });
  return uniqueBy(all, ({ account, region, keyId }) => `${account.id} ${region} ${keyId}`);
}

/** The problems that the topology's own checks report. */
function problemsOf(topology: TopologyInput): readonly Unfit[] {
  try {
    resolveTopology(topology);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, what, fix = "correct it in the configuration" }) => ({
      what: `${path}: ${what}`,
      fix,
    }));
  }
}

/** A rule gets the name of its images. */
function freeName(pattern: string, taken: Readonly<Record<string, unknown>>): string {
  const stem =
    pattern
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+|-+$/g, "")
      .slice(0, 28) || "image";
  let name = stem;
  for (let number = 2; name in taken; number += 1) name = `${stem}-${number}`;
  return name;
}
