import type { Shareable, SharedResource, Sharing } from "../../kinds/kind";
import { concurrently } from "../engine/concurrently";
import type { RunContext } from "../engine/context";
import { orTakenBack } from "../engine/late";
import { othersRecord, ownRecord, sharedWithTags, type Sharer } from "../engine/share-record";
import type { SharingOf } from "./sharing-of";
import { takeBackRecord, takeBackShare } from "./take-back";

type Tags = Readonly<Record<string, string>>;

/** A resource that is about to be shared. */
interface Target extends SharedResource {
  /** Accounts to which Keyferry gives access: an account that has access from someone else keeps that share. */
  readonly wanted: readonly string[];
  /** Whether another rule may be withdrawing it from one of them at this moment. */
  readonly isContested: boolean;
}

/**
 * Lets accounts copy an image: launch permission on it, create-volume permission on each of its snapshots. Accounts to
 * which the user gave access are not changed; all others are written into the resources' tags before the first is added, so
 * that a later withdrawal, from any machine, withdraws only Keyferry's shares.
 * @param written receives what is recorded
 * @param toLaunch whether they only launch from it and copy nothing. @default false
 */
export async function shareCopy(
  context: RunContext,
  sharingOf: SharingOf,
  shareable: Shareable,
  accounts: readonly string[],
  sharer: Sharer,
  written: Map<string, Tags>,
  toLaunch = false,
): Promise<void> {
  const sharing = sharingOf(context.aws);
  const targets = await look(sharing, sharing.resources(shareable), accounts, sharer);
  await record(context, sharing, targets, sharer, written, takeBackRecordOf);
  await add(targets);
  const contested = targets.filter(({ isContested }) => isContested);
  if (contested.length > 0) {
    // Another rule that withdrew before this record was visible has finished by then.
    await context.clock.sleep(context.settings.settleSeconds, context.signal);
    await add(contested);
  }
  context.emit({ code: "Shared", imageId: shareable.id, accounts, ...(toLaunch ? { toLaunch } : {}) });

  async function add(all: readonly Target[]): Promise<void> {
    for (const { id, wanted, change } of all) {
      if (wanted.length === 0) continue;
      await orTakenBack(
        () => change("add", wanted),
        () => takeBackShare(context, sharingOf, shareable, id, wanted, sharer),
      );
    }
  }

  function takeBackRecordOf(id: string): Promise<void> {
    return takeBackRecord(context, sharingOf, shareable, id, sharer);
  }
}

/**
 * The same for a transit copy that this run made, and that only Keyferry shares: its tags list all of its dependants since
 * the call that made it, so nothing must be read or recorded.
 */
export async function shareTransit(
  context: RunContext,
  sharingOf: SharingOf,
  shareable: Shareable,
  accounts: readonly string[],
): Promise<void> {
  for (const { change } of sharingOf(context.aws).resources(shareable)) await change("add", accounts);
  context.emit({ code: "Shared", imageId: shareable.id, accounts });
}

/**
 * An existing share without a record belongs to the user. The records are read before the shares, and once more if
 * a share seems to be the user's: a record is written before its share, but may not be visible immediately.
 */
async function look(
  sharing: Sharing,
  resources: readonly SharedResource[],
  accounts: readonly string[],
  sharer: Sharer,
): Promise<readonly Target[]> {
  const before = await sharing.tagsOf(resources);
  const present = await concurrently(resources, ({ accountsNow }) => accountsNow());
  const isUsers = (account: string, index: number) =>
    (present[index] ?? []).includes(account) && !recorded(before[index] ?? {}).includes(account);
  const isUnclear = resources.some((_, index) => accounts.some((account) => isUsers(account, index)));
  const after = isUnclear ? await sharing.tagsOf(resources) : before;
  return resources.map((resource, index) => {
    const others = [before, after].flatMap((tags) => othersRecord(tags[index] ?? {}, isOwn).accounts);
    const wanted = accounts.filter(
      (account) => !(present[index] ?? []).includes(account) || others.includes(account),
    );
    return {
      ...resource,
      tags: after[index] ?? {},
      wanted,
      isContested: wanted.some((account) => others.includes(account)),
    };
  });

  function isOwn(other: Sharer): boolean {
    return other === sharer;
  }

  function recorded(tags: Readonly<Record<string, string>>): readonly string[] {
    return [...ownRecord(tags, isOwn).accounts, ...othersRecord(tags, isOwn).accounts];
  }
}

/** Records what is about to be added, on each resource with its own id. */
async function record(
  context: RunContext,
  sharing: Sharing,
  targets: readonly Target[],
  sharer: Sharer,
  written: Map<string, Tags>,
  takeBack: (id: string) => Promise<void>,
): Promise<void> {
  for (const { id, tags, wanted } of targets) {
    const { accounts, needed } = ownRecord(tags, (other) => other === sharer);
    const all = [...new Set([...accounts, ...wanted])].sort();
    if (all.length <= needed.length) continue;
    const recordTags = sharedWithTags(sharer, all, { bearer: id, lease: context.holding.number });
    written.set(id, recordTags);
    await orTakenBack(
      () => sharing.tag([id], recordTags),
      () => takeBack(id),
    );
    context.emit({ code: "ShareRecorded", resourceId: id, accounts: all });
  }
}
