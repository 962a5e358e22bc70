import type { Kind, SharedResource } from "../../kinds/kind";
import { LINEAGE_TAGS, type CopyGraph, type Place, type Topology } from "../../topology";
import { concurrently } from "../engine/concurrently";
import type { ReadContext, StepContext } from "../engine/context";
import { placeId } from "../engine/place-id";
import { launchSharerOf, othersRecord, ownRecord, sharedWithTags, type Sharer } from "../engine/share-record";
import { sharingOf } from "./sharing-of";
import { withdrawRecorded } from "./withdraw-share";

/** A resource that a rule shares with accounts that launch from it, and the accounts with which it no longer does. */
export interface EndedShare {
  readonly resource: SharedResource;
  readonly sharer: Sharer;
  /** Accounts (12 digits) that it stays shared with. */
  readonly staying: readonly string[];
  /** Accounts that the topology no longer names. */
  readonly ended: readonly string[];
}

/** Accounts (12 digits) that a rule allows to launch from images in a place; none if that is not known. */
export function launchersFrom(topology: Topology, rule: string, place: Place): readonly string[] {
  const declared = topology.rules.find(({ name }) => name === rule);
  if (declared?.from.account.id !== place.account.id) return [];
  const shares = declared.to.flatMap(({ shares: ofCopy = [] }) => ofCopy);
  return shares.filter(({ region }) => region === place.region).map(({ account }) => account.id);
}

/** The part of a sharer's record on a resource that the topology does not declare any more. */
export function endedShare(
  resource: SharedResource,
  sharer: Sharer,
  declared: readonly string[],
): EndedShare | undefined {
  const { accounts, bearers } = ownRecord(resource.tags, (other) => other === sharer);
  // A record that names another resource was copied from it with its tags.
  if (!bearers.includes(resource.id)) return undefined;
  const ended = accounts.filter((account) => !declared.includes(account));
  if (ended.length === 0) return undefined;
  return { resource, sharer, ended, staying: accounts.filter((account) => declared.includes(account)) };
}

/** What a rule shares in a place beyond what the topology declares, including images of earlier runs. Reads only. */
export async function endedShares(
  { topology, aws }: ReadContext,
  kind: Kind,
  { rule }: CopyGraph,
  owner: Place,
): Promise<readonly EndedShare[]> {
  const sharer = launchSharerOf(topology, rule);
  const declared = launchersFrom(topology, rule.name, owner);
  const recorded = await kind.recordedShares(aws, owner, `:${sharer}*`);
  return recorded.flatMap((resource) => endedShare(resource, sharer, declared) ?? []);
}

/**
 * Source images that a rule shares directly and that are older than it keeps, unless they are in use in the accounts that launch
 * them; a copy that was made for sharing is removed as a whole instead. Reads only.
 */
export async function outlivedShares(
  context: ReadContext,
  kind: Kind,
  { rule, source, shares }: CopyGraph,
  owner: Place,
): Promise<readonly EndedShare[]> {
  const { topology, aws } = context;
  const sharer = launchSharerOf(topology, rule);
  const keep = rule.to.find((to) => to.shares !== undefined && placeId(to) === placeId(owner))?.keep;
  if (keep === undefined) return [];
  const recorded = (await kind.recordedShares(aws, owner, `:${sharer}*`))
    .filter(({ tags }) => !(LINEAGE_TAGS.role in tags))
    .flatMap((resource) => endedShare(resource, sharer, []) ?? []);
  if (recorded.length <= keep) return [];
  const images = await kind.byIds(
    context,
    owner,
    recorded.map(({ resource }) => resource.id),
  );
  const old = [...images]
    .sort((a, b) => b.creationDate.localeCompare(a.creationDate))
    .slice(keep)
    .filter(({ id }) => id !== source.id);
  if (old.length === 0) return [];
  const users = await concurrently(
    shares.filter((share) => placeId(share.owner) === placeId(owner)),
    (share) => kind.usersOf(context, share, old, keep, false),
  );
  const isUsed = (id: string) => users.some(({ of }) => (of.get(id) ?? []).length > 0);
  const unused = new Set(old.map(({ id }) => id).filter((id) => !isUsed(id)));
  return recorded.filter(({ resource }) => unused.has(resource.id));
}

/** Withdraws what a rule shares beyond what the topology declares and keeps. */
export async function withdrawImages(
  context: StepContext,
  kind: Kind,
  graph: CopyGraph,
  owner: Place,
): Promise<void> {
  for (const ended of await endedShares(context, kind, graph, owner))
    await withdrawEnded(context, kind, owner, ended);
  for (const outlived of await outlivedShares(context, kind, graph, owner))
    await withdrawEnded(context, kind, owner, outlived);
}

/**
 * Withdraws a share from accounts that the topology does not name any more; a share that another rule still needs stays until
 * that rule ends it. The shares are withdrawn first and then their record, so that the run after a crash finds what is left.
 */
export async function withdrawEnded(
  context: StepContext,
  kind: Kind,
  owner: Place,
  { resource, sharer, staying, ended }: EndedShare,
): Promise<void> {
  const isOwn = (other: Sharer) => other === sharer;
  const sharing = sharingOf(kind, owner);
  if (staying.length === 0) return withdrawRecorded(context, sharing, [resource], isOwn);
  const { needed } = othersRecord(resource.tags, isOwn);
  const accounts = ended.filter((account) => !needed.includes(account));
  if (accounts.length > 0) {
    await resource.change("remove", accounts);
    context.emit({ code: "ShareWithdrawn", resourceId: resource.id, accounts });
  }
  const tags = sharedWithTags(sharer, staying, { bearer: resource.id, lease: context.holding.number });
  const former = ownRecord(resource.tags, isOwn).keys.filter((key) => !(key in tags));
  await sharing(context.aws).tag([resource.id], tags);
  if (former.length > 0) await sharing(context.aws).untag([resource.id], former);
}
