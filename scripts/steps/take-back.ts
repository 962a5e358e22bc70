import { must } from "../../core/must";
import type { Shareable, SharedResource } from "../../kinds/kind";
import { declaredKind, type CopyNode } from "../../topology";
import type { StepContext } from "../engine/context";
import { othersRecord, ownRecord, recordedUnder, type Sharer, type Whose } from "../engine/share-record";
import type { SharingOf } from "./sharing-of";

/**
 * What a frozen run undoes, if its request was sent after another run took over. It no longer has its
 * lease, so it touches only what no other run has recorded or replaced.
 */

/** Withdraws a share that was made too late, from the accounts for which no one else has recorded a share in the meantime. */
export async function takeBackShare(
  context: StepContext,
  sharingOf: SharingOf,
  shareable: Shareable,
  id: string,
  accounts: readonly string[],
  sharer: Sharer,
): Promise<void> {
  const { resource, tags } = await lookLater(context, sharingOf, shareable, id);
  const isMine = recordedUnder(tags, sharer, context.holding.number);
  const own = isMine ? [] : ownRecord(tags, (other) => other === sharer).accounts;
  const needed = [...own, ...othersRecord(tags, (other) => other === sharer).accounts];
  const unneeded = accounts.filter((account) => !needed.includes(account));
  if (unneeded.length > 0) await resource.change("remove", unneeded);
}

/** Removes a record of shares that was written too late, unless the run that took over wrote its own. */
export async function takeBackRecord(
  context: StepContext,
  sharingOf: SharingOf,
  shareable: Shareable,
  id: string,
  sharer: Sharer,
): Promise<void> {
  const { tags } = await lookLater(context, sharingOf, shareable, id);
  if (!recordedUnder(tags, sharer, context.holding.number)) return;
  const { keys } = ownRecord(tags, (other) => other === sharer);
  await sharingOf(context.holding.unfenced).untag([id], keys);
}

/**
 * Removes the mark that shares are ending, if the run that took over withdrew them and removed their record. While one of
 * the shares exists, the record is needed to withdraw it.
 * @param written the tags that were written too late
 */
export async function takeBackEnding(
  context: StepContext,
  sharingOf: SharingOf,
  resource: SharedResource,
  written: Readonly<Record<string, string>>,
): Promise<void> {
  await context.clock.sleep(context.settings.settleSeconds);
  const sharing = sharingOf(context.holding.unfenced);
  const [tags] = await sharing.tagsOf([resource]);
  const keys = Object.keys(written);
  if (tags === undefined || keys.some((key) => tags[key] !== written[key])) return;
  const isWritten: Whose = (sharer) => ownRecord(written, (other) => other === sharer).keys.length > 0;
  const { needed } = othersRecord(tags, isWritten);
  const shared = await resource.accountsNow();
  const { accounts } = ownRecord(written, isWritten);
  if (accounts.some((account) => shared.includes(account) && !needed.includes(account))) return;
  await sharing.untag([resource.id], keys);
}

/** AWS may not return the latest write of another run yet. */
async function lookLater(context: StepContext, sharingOf: SharingOf, shareable: Shareable, id: string) {
  await context.clock.sleep(context.settings.settleSeconds);
  const sharing = sharingOf(context.holding.unfenced);
  const resource = must(
    sharing.resources(shareable).find((each) => each.id === id),
    `the shared resource ${id}`,
  );
  const [tags = {}] = await sharing.tagsOf([resource]);
  return { resource, tags };
}

/**
 * Restores the value that a parameter had before an image was published in it too late, if the run had not read that value: then
 * another run published in the meantime, perhaps the same value. Parameter Store numbers its versions, so the replaced value is known.
 * @param seen version when the run last read it; 0: there was none
 */
export async function takeBackPublication(
  context: StepContext,
  { place, rule }: Pick<CopyNode, "place" | "rule">,
  imageId: string,
  seen: number,
): Promise<void> {
  const { clock, settings, holding } = context;
  const name = must(rule.publishTo, `the parameter of ${rule.name}`);
  const parameters = holding.unfenced.parameters(place);
  const since = clock.now().getTime();
  // An image is validated after the call has returned, and only then visible.
  while ((await parameters.get(name)) !== imageId) {
    if (clock.now().getTime() - since >= settings.settleSeconds * 1000) return;
    await clock.sleep(settings.pollMinSeconds);
  }
  const versions = await parameters.history(name);
  if (versions.at(-1)?.value !== imageId) return;
  const replaced = versions.findLast(({ value }) => value !== imageId);
  if (replaced === undefined || replaced.version === seen) return;
  await parameters.put({
    name,
    value: replaced.value,
    dataType: declaredKind(rule).parameterType,
    overwrite: true,
    tags: {},
  });
}
