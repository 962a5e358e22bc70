import type { Shareable, SharedResource, Sharing } from "../../kinds/kind";
import type { StepContext } from "../engine/context";
import { orTakenBack } from "../engine/late";
import { othersRecord, ownRecord, type Sharer, type ShareRecords, type Whose } from "../engine/share-record";
import type { SharingOf } from "./sharing-of";
import { takeBackEnding } from "./take-back";

/**
 * Withdraws the shares that a sharer recorded in the tags of an image and its snapshots. The snapshots of a deleted image
 * may still exist and be shared.
 * @param written what this run itself recorded, which AWS may not return yet. @default - nothing
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
 * Withdraws the shares that some sharers recorded in the tags, then removes the tags. A share that someone else made
 * stays, and so does one that another rule has also recorded: the last rule withdraws it. If two rules end at the same
 * moment, each sees the other's record; so each first marks its shares as ending, and checks once more when that mark
 * is certain to be visible.
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
