import { must } from "../../core/must";
import type { Shareable, SharedResource } from "../../kinds/kind";
import { declaredKind, type CopyNode } from "../../topology";
import type { StepContext } from "../engine/context";
import { othersRecord, ownRecord, recordedUnder, type Sharer, type Whose } from "../engine/share-record";
import type { SharingOf } from "./sharing-of";

/**
 * What a run takes back that was frozen, and whose request left after another run had taken over. It does so without its
 * lease, so it touches only what nobody else has recorded or replaced.
 */

/** Takes back a share that was made too late, from the accounts for which nobody has recorded one meanwhile. */
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

/** Takes back the record of shares that was written too late, unless whoever took over has written one of its own. */
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
 * Takes back that shares were said to end, where whoever took over has withdrawn them and removed their record. While one of
 * them stands, somebody needs the record to withdraw it.
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

/** What others have written last may not be described yet. */
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
 * Puts back what a parameter showed before an image was published in it too late, where the run had not seen that: then
 * somebody had published meanwhile, the same value perhaps. Parameter Store numbers its versions, so what was replaced is known.
 * @param seen version that it had when the run last read it; 0: there was none
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
  // An image is validated after the call has returned, and shown only then.
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
