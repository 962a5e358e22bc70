import { LINEAGE_TAGS, type ImageRule, type Place } from "../../topology";
import { isAwsError, type SharedThing } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { LookContext } from "../engine/context";
import { placeId } from "../engine/place-id";
import type { UnexplainedShare } from "../engine/results";
import { ownRecord } from "../engine/share-record";
import { resolveSourceImage } from "../steps/resolve-source-image";
import { bookPlaces } from "./left-books";

/** Ids of what a topology carries, by the place in which it is. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Shares with the topology's accounts that no record explains, on whatever Keyferry touches: source images and their
 * snapshots, transit copies, final copies. They may be the user's; only the user knows. Reads only.
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
  const isTouched = ({ id, tags }: SharedThing) =>
    sources.get(placeId(place))?.has(id) === true || tags[LINEAGE_TAGS.topology] === context.topology.name;
  const found = await concurrently(others, async ({ id: sharedWith }) => {
    const shared = await unlessClosed(() => images.sharedWith(sharedWith));
    return shared
      .filter((thing) => isTouched(thing) && !isRecorded(thing, sharedWith))
      .map(({ id, kind }) => ({ id, kind, account: place.account.id, region: place.region, sharedWith }));
  });
  return found.flat();
}

function isRecorded({ tags }: SharedThing, account: string): boolean {
  return ownRecord(tags, () => true).accounts.includes(account);
}

async function sourcesOf(context: LookContext): Promise<Sources> {
  const sources = new Map<string, Set<string>>();
  await concurrently(context.topology.images, async (rule) => {
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

/** What cannot be looked at is told by those who look for what is left. */
async function unlessClosed<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error)) return [];
    throw error;
  }
}
