import type { Kind, Users } from "../../kinds/kind";
import { type CopyNode } from "../../topology";
import type { ReadContext, StepContext } from "../engine/context";
import type { CopyView } from "../engine/copy";
import { sourceOf } from "../engine/lineage";
import type { Refusal } from "../engine/errors";
import { throwIfAborted } from "../engine/graph-runner";
import { presentKey, underFormerKeys } from "./former-copies";

/** The result of `keep` for the copies of a node. */
export interface Retirement {
  /** Copies that are older than what is kept, or second copies of one source, and not in use. */
  readonly retired: readonly CopyView[];
  /** Such copies that stay, with the reason. */
  readonly used: readonly { readonly copy: CopyView; readonly by: readonly string[] }[];
  /** Possible users of any of them that cannot be read. */
  readonly unclear: readonly Refusal[];
}

/** What a run does for a node before it retires older copies. */
export interface Ahead {
  /** A copy is made, which counts among those that stay. */
  readonly copies: boolean;
  /** The node's parameter shows another copy than now. */
  readonly publishes: boolean;
}

const NONE: Retirement = { retired: [], used: [], unclear: [] };

/**
 * Which copies of a node may be removed: all but the newest that runs made, as many as the topology keeps, unless they are in
 * use. In use means: used by an instance, a launch template, a group, a launch configuration or a fleet; shown by a parameter that
 * the topology publishes, or one of the last that it showed; protected from deregistration; the source of a rule. Reads
 * only.
 * @param source id of the source image that the rule carries now: its copy stays, regardless of its age. @default - not known
 * @param ahead what happens before they are removed. @default - nothing
 */
export async function retirement(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  source?: string,
  ahead: Ahead = { copies: false, publishes: false },
): Promise<Retirement> {
  const keep = node.destination?.keep;
  if (keep === undefined) return NONE;
  const { ours } = await kind.claimedCopies(context, node);
  const standing = ours.filter((copy) => ["available", "disabled"].includes(kind.fateOf(copy) ?? ""));
  const ordered = [...standing].sort(newestFirst);
  // Of two copies of one source, the older one or the one under the current key was published: `keep` counts sources, not copies.
  const isCurrent = ({ tags }: CopyView) => source !== undefined && sourceOf(tags) === source;
  const getsAnother = (copy: CopyView) => ahead.copies && isCurrent(copy);
  const former = await formerAmong(context, kind, node, ordered, getsAnother);
  const isSpare = (copy: CopyView, index: number) => {
    const others = former.has(copy.id) ? ordered : ordered.slice(index + 1);
    const isReplaced = former.has(copy.id) && getsAnother(copy);
    return (
      isReplaced || others.some(({ id, tags }) => !former.has(id) && sourceOf(tags) === sourceOf(copy.tags))
    );
  };
  const kept = ordered.filter((copy, index) => !isSpare(copy, index));
  const old = [
    ...ordered.filter(isSpare),
    ...kept.slice(ahead.copies ? keep - 1 : keep).filter((copy) => !isCurrent(copy)),
  ];
  if (old.length === 0) return NONE;
  const users = await usersEverywhere(context, kind, node, old, ahead);
  const withUsers = old.map((copy) => ({
    copy,
    by: [...(users.of.get(copy.id) ?? []), ...kind.keptBy(context.topology, copy)],
  }));
  return {
    retired: withUsers.filter(({ by }) => by.length === 0).map(({ copy }) => copy),
    used: withUsers.filter(({ by }) => by.length > 0),
    unclear: users.unclear,
  };
}

/**
 * Copies under a former key for whose source there is another copy.
 * @param getsAnother whether the other copy is still to be made
 */
async function formerAmong(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  copies: readonly CopyView[],
  getsAnother: (copy: CopyView) => boolean,
): Promise<ReadonlySet<string>> {
  if (presentKey(context.topology, node) === undefined) return new Set();
  const isTwice = ({ tags }: CopyView) =>
    copies.filter((other) => sourceOf(other.tags) === sourceOf(tags)).length > 1;
  const doubles = copies.filter((copy) => isTwice(copy) || getsAnother(copy));
  if (doubles.length === 0) return new Set();
  const key = await context.aws.keys(node.place).describeKey(node.keyAlias);
  return underFormerKeys(context, kind, node, doubles, key?.arn);
}

/** The users of a node's copies: in its own account, and in the accounts that launch from them. */
async function usersEverywhere(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  old: readonly CopyView[],
  { copies, publishes }: Ahead,
): Promise<Users> {
  const keep = node.destination?.keep ?? 0;
  const rule = context.topology.rules.find(({ name }) => name === node.rule.name) ?? node.rule;
  const all = await Promise.all([
    kind.usersOf(context, node, old, keep, publishes),
    ...(node.destination?.shares ?? []).map(({ account, region }) =>
      kind.usersOf(context, { rule, place: { account, region } }, old, keep, copies),
    ),
  ]);
  return {
    of: new Map(old.map(({ id }) => [id, [...new Set(all.flatMap(({ of }) => of.get(id) ?? []))]])),
    unclear: all.flatMap(({ unclear }) => unclear),
  };
}

/**
 * Deregisters the copies that may be removed and deletes their snapshots; reports the ones that stay, with their users.
 * @param source id of the source image that the rule carries now
 * @returns possible users of old copies that cannot be read
 */
export async function retireCopies(
  context: StepContext,
  kind: Kind,
  node: CopyNode,
  source: string,
): Promise<readonly Refusal[]> {
  const { retired, used, unclear } = await retirement(context, kind, node, source);
  for (const copy of retired) {
    throwIfAborted(context.signal);
    await retireCopy(context, kind, node, copy);
  }
  for (const { copy, by } of used) {
    context.emit({ code: "CopyKept", node: node.id, imageId: copy.id, by });
  }
  return unclear;
}

/** Removes an old copy and reports what stays. */
export async function retireCopy(
  context: StepContext,
  kind: Kind,
  node: CopyNode,
  copy: CopyView,
): Promise<void> {
  for (const { id, because } of await kind.retire(context, node, copy)) {
    context.emit({ code: "CopyKept", node: node.id, imageId: id, by: [because] });
  }
  context.emit({ code: "CopyRemoved", node: node.id, imageId: copy.id, because: "retired" });
}

/** Sorts by creation time; copies of the same time by id, so that every run chooses the same one. */
function newestFirst(a: CopyView, b: CopyView): number {
  return b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id);
}
