import { LINEAGE_TAGS, selectedJobs, selectedRules, type ImageRule, type Place } from "../../topology";
import type { SharedThing } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { LookContext } from "../engine/context";
import { isOurSnapshot, proofOf } from "../engine/lineage-proof";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { UnexplainedShare } from "../engine/results";
import { ownRecord } from "../engine/share-record";
import { unlessClosed } from "../engine/unless-closed";
import { resolveSourceImage } from "../steps/resolve-source-image";
import { bookPlaces } from "./left-books";

/** Ids of what a topology carries now, by the place in which it is. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** Something that is shared with an account (12 digits) of the topology. */
interface Shared {
  readonly thing: SharedThing;
  readonly sharedWith: string;
}

/** EC2 takes so many values in one filter. Source: EC2 API reference, "DescribeImages". */
const FILTER_VALUES = 200;

/**
 * Shares with the topology's accounts that no record explains, on whatever Keyferry touches: source images, those of
 * earlier runs as well, their snapshots, transit copies and final copies. What only carries our tags is somebody else's.
 * They may be the user's; only the user knows. Reads only.
 */
export async function unexplainedShares(context: LookContext): Promise<readonly UnexplainedShare[]> {
  const sources = await sourcesOf(context);
  const found = await concurrently(bookPlaces(context), (place) => inPlace(context, place, sources));
  return found.flat();
}

async function inPlace(
  context: LookContext,
  place: Place,
  sources: Sources,
): Promise<readonly UnexplainedShare[]> {
  const others = context.topology.accounts.filter(({ id }) => id !== place.account.id);
  const images = context.aws.images(place);
  const seen = await concurrently(others, async ({ id: sharedWith }) => {
    const things = await unlessClosed(() => images.sharedWith(sharedWith));
    return things.map((thing): Shared => ({ thing, sharedWith }));
  });
  const unrecorded = seen.flat().filter((shared) => !isRecorded(shared));
  const isKnown = ({ thing }: Shared) =>
    sources.get(placeId(place))?.has(thing.id) === true || isOurs(context, place, thing);
  const earlier = await carriedEarlier(
    context,
    place,
    unrecorded.filter((shared) => !isKnown(shared)).map(({ thing }) => thing),
  );
  return unrecorded
    .filter((shared) => isKnown(shared) || earlier.has(shared.thing.id))
    .map(({ thing: { id, kind }, sharedWith }) => ({
      id,
      kind,
      account: place.account.id,
      region: place.region,
      sharedWith,
    }));
}

function isOurs({ topology }: LookContext, { region }: Place, thing: SharedThing): boolean {
  if (thing.view.tags[LINEAGE_TAGS.topology] !== topology.name) return false;
  return thing.kind === "image" ? proofOf(thing.view) !== "others" : isOurSnapshot(thing.view, region);
}

function isRecorded({ thing, sharedWith }: Shared): boolean {
  return ownRecord(thing.view.tags, () => true).accounts.includes(sharedWith);
}

/**
 * Which of these things have been the source of a copy that still stands, or are snapshots of such an image: the copies name
 * it in their tags. Asked only where something is shared.
 */
async function carriedEarlier(
  context: LookContext,
  place: Place,
  things: readonly SharedThing[],
): Promise<ReadonlySet<string>> {
  const rules = context.topology.images.filter(({ from }) => placeId(from) === placeId(place));
  if (things.length === 0 || rules.length === 0) return new Set();
  const idsOf = (kind: SharedThing["kind"]) =>
    things.filter((thing) => thing.kind === kind).map(({ id }) => id);
  const images = context.aws.images(place);
  const holders = await inParts(idsOf("snapshot"), (ids) =>
    images.describeImages({ "block-device-mapping.snapshot-id": ids }),
  );
  const volumesOf = new Map(holders.map(({ imageId, volumes }) => [imageId, volumes]));
  const candidates = [...new Set([...idsOf("image"), ...volumesOf.keys()])];
  const destinations = uniquePlaces(
    rules.flatMap((rule) => selectedJobs(context.topology, rule, context.only).map(({ to }) => to)),
  );
  const copies = await concurrently(destinations, (to) =>
    inParts(candidates, (ids) =>
      context.aws.images(to).describeImages({
        [`tag:${LINEAGE_TAGS.topology}`]: [context.topology.name],
        [`tag:${LINEAGE_TAGS.source}`]: ids,
      }),
    ),
  );
  const carried = copies
    .flat()
    .filter((copy) => proofOf(copy) !== "others")
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

async function sourcesOf(context: LookContext): Promise<Sources> {
  const sources = new Map<string, Set<string>>();
  await concurrently(selectedRules(context.topology, context.only), async (rule) => {
    const ids = sources.get(placeId(rule.from)) ?? new Set<string>();
    sources.set(placeId(rule.from), ids);
    for (const id of await sourceIds(context, rule)) ids.add(id);
  });
  return sources;
}

async function sourceIds(context: LookContext, rule: ImageRule): Promise<readonly string[]> {
  const [image] = await unlessClosed(async () => [await resolveSourceImage(context, rule)]);
  return image === undefined ? [] : [image.imageId, ...image.volumes.map(({ snapshotId }) => snapshotId)];
}
