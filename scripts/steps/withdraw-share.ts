import type { Shareable, SharedResource, Sharing } from "../../kinds/kind";
import type { StepContext } from "../engine/context";
import { orTakenBack } from "../engine/late";
import { othersRecord, ownRecord, type Sharer, type ShareRecords, type Whose } from "../engine/share-record";
import type { SharingOf } from "./sharing-of";
import { takeBackEnding } from "./take-back";

/**
 * Takes back what the tags of an image and its snapshots say that a sharer has shared. Of an image that is gone the
 * snapshots stay, and are still shared.
 * @param written what this run has recorded itself, which may not be described yet. @default - nothing
 */
export async function withdrawShare(
  context: StepContext,
  sharingOf: SharingOf,
  shareable: Shareable,
  sharer: Sharer,
  written: ShareRecords = new Map(),
): Promise<void> {
  const resources = sharingOf(context.aws).resources(shareable);
  await withdrawRecorded(context, sharingOf, resources, (other: Sharer) => other === sharer, written);
}

/**
 * Takes back what the tags now say that some sharers have shared, then removes the tags. A share that somebody else made
 * stays, and so does one that another sharer of ours has recorded as well: it is withdrawn by the last of them. Of two
 * that end at the same moment each sees the other's record; so each says first that it ends, and looks once more when
 * that is sure to be seen.
 */
export async function withdrawRecorded(
  context: StepContext,
  sharingOf: SharingOf,
  resources: readonly SharedResource[],
  isOwn: Whose,
  written: ShareRecords = new Map(),
): Promise<void> {
  const sharing = sharingOf(context.aws);
  let recorded: readonly SharedResource[] = (await withTags(sharing, resources, written)).filter(
    ({ tags }) => ownRecord(tags, isOwn).keys.length > 0,
  );
  if (recorded.length === 0) return;
  const contested = recorded.filter(({ tags }) => {
    const { needed } = othersRecord(tags, isOwn);
    return ownRecord(tags, isOwn).accounts.some((account) => needed.includes(account));
  });
  if (contested.length > 0) {
    for (const resource of contested) await sayEnding(context, sharingOf, resource, isOwn);
    await context.clock.sleep(context.settings.settleSeconds, context.signal);
    recorded = await withTags(sharing, recorded, written);
  }
  for (const { id, tags, change } of recorded) {
    const { needed } = othersRecord(tags, isOwn);
    const accounts = ownRecord(tags, isOwn).accounts.filter((account) => !needed.includes(account));
    if (accounts.length === 0) continue;
    await change("remove", accounts);
    context.emit({ code: "ShareWithdrawn", resourceId: id, accounts });
  }
  const keys = [...new Set(recorded.flatMap(({ tags }) => ownRecord(tags, isOwn).keys))];
  if (keys.length === 0) return;
  await sharing.untag(
    recorded.map(({ id }) => id),
    keys,
  );
}

async function sayEnding(
  context: StepContext,
  sharingOf: SharingOf,
  resource: SharedResource,
  isOwn: Whose,
): Promise<void> {
  const { asEnding } = ownRecord(resource.tags, isOwn);
  await orTakenBack(
    () => sharingOf(context.aws).tag([resource.id], asEnding),
    () => takeBackEnding(context, sharingOf, resource, asEnding),
  );
}

async function withTags(
  sharing: Sharing,
  resources: readonly SharedResource[],
  written: ShareRecords,
): Promise<readonly SharedResource[]> {
  const described = await sharing.tagsOf(resources);
  return resources.flatMap((resource, index) => {
    const tags = described[index];
    return tags === undefined ? [] : [{ ...resource, tags: { ...written.get(resource.id), ...tags } }];
  });
}
