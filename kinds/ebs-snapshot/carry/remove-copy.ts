import type { CopyNode, Rule, Topology } from "../../../topology";
import { isAwsError } from "../../../scripts/aws";
import type { ReadContext, StepContext } from "../../../scripts/engine/context";
import type { NodePlace } from "../../../scripts/engine/copy";
import type { Users } from "../../kind";
import { deleteSnapshot } from "../../shared/delete-snapshot";
import { shownByParameter } from "../../shared/shown-by-parameter";
import type { SnapshotCopy } from "./snapshot-copy";

/** Deletes one of our copies. Succeeds if it no longer exists. */
export async function removeCopy(
  context: StepContext,
  { place }: NodePlace,
  { id }: SnapshotCopy,
): Promise<void> {
  await deleteSnapshot(context, context.aws.images(place), id);
}

/** Deletes a copy that is beyond `keep`. @returns the copy, if AWS reports that it is in use or locked */
export async function retireCopy(
  context: StepContext,
  node: CopyNode,
  copy: SnapshotCopy,
): Promise<readonly { readonly id: string; readonly because: string }[]> {
  try {
    await removeCopy(context, node, copy);
    return [];
  } catch (error) {
    if (!isAwsError(error, "InvalidSnapshot.InUse", "SnapshotLocked")) throw error;
    return [{ id: copy.id, because: error.answer.message }];
  }
}

/**
 * The users of snapshots: images and launch templates that name them, and the parameter of the node, whose latest values count.
 * Volumes that were created from a snapshot no longer need it.
 */
export async function usersOf(
  context: ReadContext,
  node: CopyNode,
  copies: readonly SnapshotCopy[],
  remembered: number,
  publishes: boolean,
): Promise<Users> {
  const ids = copies.map(({ id }) => id);
  const [uses, shown] = await Promise.all([
    context.aws.uses(node.place).snapshotUses(ids),
    shownByParameter(context, node, remembered, publishes),
  ]);
  const known = [...uses, ...shown];
  const of = ids.map((id): [string, readonly string[]] => {
    const users = known.filter(({ snapshotId }) => snapshotId === id).map(({ user }) => user);
    return [id, [...new Set(users)].sort()];
  });
  return { of: new Map(of), unclear: [] };
}

/** What in the topology prevents the removal of a snapshot: the rules whose source it is. */
export function keptBy({ rules }: Topology, { id }: SnapshotCopy): readonly string[] {
  const isSource = ({ from }: Rule) => "snapshotId" in from.select && from.select.snapshotId === id;
  return rules.filter(isSource).map(({ name }) => `the rule ${name}, whose source it is`);
}
