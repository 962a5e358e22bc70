import { LINEAGE_TAGS, selectedRules, type Rule, type Place } from "../../topology";
import type { ImagesPort, SharedThing } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { placeId } from "../engine/place-id";
import type { UnexplainedShare } from "../engine/results";
import { ownRecord } from "../engine/share-record";
import { unlessClosed } from "../engine/unless-closed";
import { kindOf } from "../../kinds/registry";
import { rememberedPlaces, type Foundation } from "./keys/foundation";
import { ruleStatePlaces } from "./stale-rule-states";

/** Ids of what a topology carries now, by the place in which it is. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** Something that is shared with an account (12 digits) that is or was the topology's. */
interface Shared {
  readonly thing: SharedThing;
  readonly sharedWith: string;
}

/** An account and Region that is looked through, and as whom. */
interface Site {
  readonly place: Place;
  readonly images: ImagesPort;
}

/** What EC2 lists as shared is images and their snapshots. */
const IMAGES = kindOf({ kind: "ami" });

/** EC2 takes so many values in one filter. Source: EC2 API reference, "DescribeImages". */
const FILTER_VALUES = 200;

/**
 * Shares that no record explains with accounts that are or were the topology's, on whatever Keyferry touches: source images,
 * those of earlier runs as well, their snapshots, transit copies and final copies. What only carries our tags is somebody
 * else's. They may be the user's; only the user knows. Reads only.
 * @param foundation knows the accounts and places that have left the topology. @default - none has
 */
export async function unexplainedShares(
  context: ReadContext,
  foundation?: Foundation,
): Promise<readonly UnexplainedShare[]> {
  const sources = await sourcesOf(context);
  const sites = sitesOf(context, foundation);
  const found = await concurrently(sites, (site) =>
    inSite(context, site, sites, accountsOf(context, foundation), sources),
  );
  return found.flat();
}

/** Places of the topology as the runner role, those that have left it as the deploy role. */
function sitesOf(context: ReadContext, foundation: Foundation | undefined): readonly Site[] {
  const inside = ruleStatePlaces(context);
  const known = new Set(inside.map(placeId));
  const left = foundation === undefined || context.only !== undefined ? [] : rememberedPlaces(foundation);
  return [
    ...inside.map((place) => ({ place, images: context.aws.images(place) })),
    ...left
      .filter((place) => !known.has(placeId(place)))
      .map((place) => ({ place, images: (foundation as Foundation).deployer.images(place) })),
  ];
}

function accountsOf({ topology }: ReadContext, foundation: Foundation | undefined): readonly string[] {
  const left = foundation?.locked.accounts.map(({ account }) => account.id) ?? [];
  return [...new Set([...topology.accounts.map(({ id }) => id), ...left])];
}

async function inSite(
  context: ReadContext,
  { place, images }: Site,
  sites: readonly Site[],
  accounts: readonly string[],
  sources: Sources,
): Promise<readonly UnexplainedShare[]> {
  const others = accounts.filter((id) => id !== place.account.id);
  const seen = await concurrently(others, async (sharedWith) => {
    const things = await unlessClosed(() => images.sharedWith(sharedWith));
    return things.map((thing): Shared => ({ thing, sharedWith }));
  });
  const unrecorded = seen.flat().filter((shared) => !isRecorded(shared));
  const isKnown = ({ thing }: Shared) =>
    sources.get(placeId(place))?.has(thing.id) === true || isOurs(context, place, thing);
  const unknown = unrecorded.filter((shared) => !isKnown(shared)).map(({ thing }) => thing);
  const earlier = await carriedEarlier(context, images, sites, unknown);
  const isDeclared = (account: string) => context.topology.accounts.some(({ id }) => id === account);
  return unrecorded
    .filter((shared) => isKnown(shared) || earlier.has(shared.thing.id))
    .map(({ thing: { id, kind }, sharedWith }) => ({
      id,
      kind,
      account: place.account.id,
      region: place.region,
      sharedWith,
      ...(isDeclared(sharedWith) ? {} : { hasLeft: true }),
    }));
}

function isOurs({ topology }: ReadContext, { region }: Place, thing: SharedThing): boolean {
  if (thing.view.tags[LINEAGE_TAGS.topology] !== topology.name) return false;
  return IMAGES.isOursShared(thing, region);
}

/** A record that names another resource was copied from there with its tags, and explains nothing here. */
function isRecorded({ thing: { id, view }, sharedWith }: Shared): boolean {
  const { accounts, bearers } = ownRecord(view.tags, () => true);
  return accounts.includes(sharedWith) && (bearers.length === 0 || bearers.includes(id));
}

/**
 * Which of these things have been the source of a copy that still stands, or are snapshots of such an image: the copies name
 * it in their tags. Asked only where something is shared.
 */
async function carriedEarlier(
  { topology }: ReadContext,
  images: ImagesPort,
  sites: readonly Site[],
  things: readonly SharedThing[],
): Promise<ReadonlySet<string>> {
  if (things.length === 0) return new Set();
  const idsOf = (kind: SharedThing["kind"]) =>
    things.filter((thing) => thing.kind === kind).map(({ id }) => id);
  const holders = await inParts(idsOf("snapshot"), (ids) =>
    images.describeImages({ "block-device-mapping.snapshot-id": ids }),
  );
  const volumesOf = new Map(holders.map(({ id: imageId, volumes }) => [imageId, volumes]));
  const candidates = [...new Set([...idsOf("image"), ...volumesOf.keys()])];
  const copies = await concurrently(sites, (to) =>
    inParts(candidates, (ids) =>
      to.images.describeImages({
        [`tag:${LINEAGE_TAGS.topology}`]: [topology.name],
        [`tag:${LINEAGE_TAGS.source}`]: ids,
      }),
    ),
  );
  const carried = copies
    .flat()
    .filter((copy) => IMAGES.proofOf(copy) !== "others")
    .map(({ tags }) => tags[LINEAGE_TAGS.source] ?? "");
  const snapshots = carried.flatMap((id) => volumesOf.get(id) ?? []).map(({ snapshotId }) => snapshotId);
  return new Set([...carried, ...snapshots]);
}

async function inParts<T>(
  ids: readonly string[],
  look: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let start = 0; start < ids.length; start += FILTER_VALUES) {
    found.push(...(await unlessClosed(() => look(ids.slice(start, start + FILTER_VALUES)))));
  }
  return found;
}

async function sourcesOf(context: ReadContext): Promise<Sources> {
  const sources = new Map<string, Set<string>>();
  await concurrently(selectedRules(context.topology, context.only), async (rule) => {
    const ids = sources.get(placeId(rule.from)) ?? new Set<string>();
    sources.set(placeId(rule.from), ids);
    for (const id of await sourceIds(context, rule)) ids.add(id);
  });
  return sources;
}

async function sourceIds(context: ReadContext, rule: Rule): Promise<readonly string[]> {
  const kind = kindOf(rule);
  const [source] = await unlessClosed(async () => [await kind.resolveSource(context, rule)]);
  if (source === undefined) return [];
  const { id, snapshotIds } = kind.shareableOf(source);
  return [id, ...snapshotIds];
}
