import { LINEAGE_TAGS, type Rule, type Topology } from "../../topology";

/**
 * The tags on an image or snapshot while it is shared: for each rule that shares it, a tag with the accounts. This way rules
 * of one topology, or of two independent ones, can share the same image with the same account, and the last one that needs
 * the share withdraws it. A record names the resource that it belongs to: a copy of the resource with its tags has the record
 * too, and shares of that copy with the same accounts are not Keyferry's.
 */

type Tags = Readonly<Record<string, string>>;

/** The owner of a record: `acme/web`, the rule `web` of the topology `acme`; `acme/web.launch` for permanent shares. */
export type Sharer = string;

/** Selects sharers by name. */
export type Whose = (sharer: Sharer) => boolean;

export function sharerOf(topology: Topology, rule: Rule): Sharer {
  return `${topology.name}/${rule.name}`;
}

/** The sharer of permanent shares, for images from which other accounts launch. No rule's name has a dot. */
export function launchSharerOf(topology: Topology, rule: Pick<Rule, "name">): Sharer {
  return `${topology.name}/${rule.name}${LAUNCH}`;
}

const LAUNCH = ".launch";

/** The rule of a sharer of a topology, and whether its shares are permanent. */
export function ruleOfSharer(
  topology: Topology,
  sharer: Sharer,
): { readonly rule: string; readonly lasts: boolean } {
  const name = sharer.slice(topology.name.length + 1);
  const lasts = name.endsWith(LAUNCH);
  return { rule: lasts ? name.slice(0, -LAUNCH.length) : name, lasts };
}

/** Every rule of a topology, including removed ones: shares that exist while copies are made. */
export function journeySharersOf(topology: Topology): Whose {
  return (sharer) => sharersOf(topology)(sharer) && !ruleOfSharer(topology, sharer).lasts;
}

/** Every rule of a topology, including removed ones. */
export function sharersOf(topology: Topology): Whose {
  return (sharer) => sharer.startsWith(`${topology.name}/`);
}

/** Account ids, each with a space, that fit into one tag value of 256 characters after the (short) words before them. */
const ACCOUNTS_PER_TAG = 15;
const MAX_TAG_VALUE = 256;
const ACCOUNT_WORD = 13;
/** Space for the word that marks a share as ending. */
const ENDING_WORD = 7;

const RESOURCE = /^(ami-|snap-|arn:)/;

/** Precedes the accounts when the sharer no longer needs them and checks whether others do. */
const ENDING = "ending";

/** Precedes the number of the lease under which a record was written. */
const LEASE = "lease=";

const ACCOUNT = /^\d{12}$/;

/** The first part of a record. */
export interface RecordHead {
  /** Id of the image or snapshot that it belongs to. */
  readonly bearer: string;
  /** Number of the lease under which it was written, so that a run recognises its own. */
  readonly lease: number;
}

/**
 * The tags that record a sharer's shares; a long list continues in `keyferry:shared-with:acme/web:2`, `:3`, ...
 * @param head @default - not known yet: a copy that is about to be made, with the same request from any run
 */
export function sharedWithTags(sharer: Sharer, accounts: readonly string[], head?: RecordHead): Tags {
  const words = head === undefined ? [] : [head.bearer, `${LEASE}${head.lease}`];
  const tags: Record<string, string> = {};
  const room = MAX_TAG_VALUE - ENDING_WORD - words.join(" ").length;
  const perTag = Math.max(1, Math.min(ACCOUNTS_PER_TAG, Math.floor(room / ACCOUNT_WORD)));
  for (let start = 0; start < accounts.length; start += perTag) {
    const part = start / perTag + 1;
    const key = `${LINEAGE_TAGS.sharedWith}:${sharer}${part === 1 ? "" : `:${part}`}`;
    tags[key] = [...words, ...accounts.slice(start, start + perTag)].join(" ");
  }
  return tags;
}

/** Tags that record shares, by the id of the image or snapshot that has them. */
export type ShareRecords = ReadonlyMap<string, Tags>;

/** The records of some sharers on a resource. */
export interface ShareRecord {
  /** 12 digits each. */
  readonly accounts: readonly string[];
  /** The accounts that are still needed. */
  readonly needed: readonly string[];
  /** Keys of the tags. */
  readonly keys: readonly string[];
  /** Ids of the resources that the tags were written for. */
  readonly bearers: readonly string[];
  /** The same record when none of its accounts is needed any more. */
  readonly asEnding: Tags;
}

/** The record of some sharers. */
export function ownRecord(tags: Tags, isOwn: Whose): ShareRecord {
  return record(tags, isOwn);
}

/** The record of all other sharers. */
export function othersRecord(tags: Tags, isOwn: Whose): ShareRecord {
  return record(tags, (sharer) => !isOwn(sharer));
}

/** Whether a sharer's record was written under a lease of this number. */
export function recordedUnder(tags: Tags, sharer: Sharer, lease: number): boolean {
  return ownRecord(tags, (other) => other === sharer).keys.some((key) =>
    tags[key]?.split(" ").includes(`${LEASE}${lease}`),
  );
}

const KEY = new RegExp(`^${LINEAGE_TAGS.sharedWith}:([^:/]+/[^:/]+)(?::\\d+)?$`);

function record(tags: Tags, isMeant: Whose): ShareRecord {
  const found = Object.entries(tags).flatMap(([key, value]) => {
    const match = KEY.exec(key);
    if (match?.[1] === undefined || !isMeant(match[1])) return [];
    const words = value.split(" ").filter((word) => word !== "");
    const isEnding = words[0] === ENDING;
    const rest = isEnding ? words.slice(1) : words;
    const bearers = rest.filter((word) => RESOURCE.test(word));
    return [{ key, rest, bearers, isEnding, accounts: rest.filter((word) => ACCOUNT.test(word)) }];
  });
  return {
    accounts: unique(found.flatMap(({ accounts }) => accounts)),
    needed: unique(found.flatMap(({ accounts, isEnding }) => (isEnding ? [] : accounts))),
    keys: found.map(({ key }) => key),
    bearers: unique(found.flatMap(({ bearers }) => bearers)),
    asEnding: Object.fromEntries(found.map(({ key, rest }) => [key, [ENDING, ...rest].join(" ")])),
  };
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
