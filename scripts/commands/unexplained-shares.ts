import { uniqueBy } from "../../core/unique-by";
import { LINEAGE_TAGS, selectedRules, type Rule } from "../../topology";
import type { SharedThing } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { placeId } from "../engine/place-id";
import type { UnexplainedShare } from "../engine/results";
import { ownRecord } from "../engine/share-record";
import { unlessClosed } from "../engine/unless-closed";
import type { Kind, Site } from "../../kinds/kind";
import { kindOf, kindsIn } from "../../kinds/registry";
import { rememberedPlaces, type Foundation } from "./keys/foundation";
import { ruleStatePlaces } from "./stale-rule-states";

/** Ids of the current sources of a topology, by place. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** A resource that is shared with an account (12 digits) that is or was in the topology. */
interface Shared {
  readonly thing: SharedThing;
  readonly sharedWith: string;
}

/**
 * Shares without a record, with accounts that are or were in the topology, on every resource that Keyferry touches: source
 * images, including those of earlier runs, their snapshots, transit copies and final copies. A resource that only has
 * Keyferry's tags belongs to someone else. The user may have made these shares; only the user can know. Reads only.
 * @param foundation has the accounts and places that left the topology. @default - none has
 */
export async function unexplainedShares(
  context: ReadContext,
  foundation?: Foundation,
): Promise<readonly UnexplainedShare[]> {
  const sources = await sourcesOf(context);
  const sites = sitesOf(context, foundation);
  const accounts = accountsOf(context, foundation);
  const found = await concurrently(kindsIn(context.topology), (kind) =>
    concurrently(sites, (site) => inSite(context, kind, site, sites, accounts, sources)),
  );
  // More than one kind reads the same snapshot.
  return uniqueBy(found.flat(2), ({ id, sharedWith }) => `${id} ${sharedWith}`);
}

/** Places of the topology are read as the runner role, places that left it as the deploy role. */
function sitesOf(context: ReadContext, foundation: Foundation | undefined): readonly Site[] {
  const inside = ruleStatePlaces(context);
  const known = new Set(inside.map(placeId));
  const left = foundation === undefined || context.only !== undefined ? [] : rememberedPlaces(foundation);
  return [
    ...inside.map((place) => ({ place, aws: context.aws })),
    ...left
      .filter((place) => !known.has(placeId(place)))
      .map((place) => ({ place, aws: (foundation as Foundation).deployer })),
  ];
}

function accountsOf({ topology }: ReadContext, foundation: Foundation | undefined): readonly string[] {
  const left = foundation?.locked.accounts.map(({ account }) => account.id) ?? [];
  return [...new Set([...topology.accounts.map(({ id }) => id), ...left])];
}

async function inSite(
  context: ReadContext,
  kind: Kind,
  site: Site,
  sites: readonly Site[],
  accounts: readonly string[],
  sources: Sources,
): Promise<readonly UnexplainedShare[]> {
  const { topology } = context;
  const { place } = site;
  const others = accounts.filter((id) => id !== place.account.id);
  const seen = await concurrently(others, async (sharedWith) => {
    const things = await unlessClosed(() => kind.sharedWith(site, sharedWith));
    return things.map((thing): Shared => ({ thing, sharedWith }));
  });
  const unrecorded = seen.flat().filter((shared) => !isRecorded(shared));
  const isOurs = (thing: SharedThing) =>
    thing.view.tags[LINEAGE_TAGS.topology] === topology.name && kind.isOursShared(thing, place.region);
  const isKnown = ({ thing }: Shared) => sources.get(placeId(place))?.has(thing.id) === true || isOurs(thing);
  const unknown = unrecorded.filter((shared) => !isKnown(shared)).map(({ thing }) => thing);
  const earlier =
    unknown.length === 0 ? new Set<string>() : await kind.carriedEarlier(topology.name, unknown, site, sites);
  const isDeclared = (account: string) => topology.accounts.some(({ id }) => id === account);
  return unrecorded
    .filter((shared) => isKnown(shared) || earlier.has(shared.thing.id))
    .map(({ thing, sharedWith }) => ({
      id: thing.id,
      kind: thing.kind,
      account: place.account.id,
      region: place.region,
      sharedWith,
      ...(isDeclared(sharedWith) ? {} : { hasLeft: true }),
    }));
}

/** A record that names another resource was copied from it with its tags, and does not explain a share here. */
function isRecorded({ thing: { id, view }, sharedWith }: Shared): boolean {
  const { accounts, bearers } = ownRecord(view.tags, () => true);
  return accounts.includes(sharedWith) && (bearers.length === 0 || bearers.includes(id));
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
