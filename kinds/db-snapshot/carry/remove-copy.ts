import type { CopyNode, Rule, Topology } from "../../../topology";
import type { ReadContext, StepContext } from "../../../scripts/engine/context";
import type { NodePlace } from "../../../scripts/engine/copy";
import type { Users } from "../../kind";
import { isGoneAfter } from "../../shared/delete-snapshot";
import { shownByParameter } from "../../shared/shown-by-parameter";
import type { DatabaseCopy } from "./database-copy";
import { snapshotsByArns } from "./look";

/**
 * Deletes one of our copies. Succeeds if it no longer exists: it then has no tags, so deleting it may be denied.
 * @throws AwsCallError `InvalidDBSnapshotState` while the copy is in progress; RDS cannot cancel it
 */
export async function removeCopy(
  context: StepContext,
  { place }: NodePlace,
  { id }: DatabaseCopy,
): Promise<void> {
  try {
    await context.aws.databases(place).deleteSnapshot(id);
  } catch (error) {
    const look = async () => snapshotsByArns(context.aws, place, [id]);
    if (!(await isGoneAfter(context, error, look))) throw error;
  }
}

/**
 * The users of copies: the parameter of the node, whose latest values count. Databases that were restored from a snapshot no longer
 * need it.
 */
export async function usersOf(
  context: ReadContext,
  node: CopyNode,
  copies: readonly DatabaseCopy[],
  remembered: number,
  publishes: boolean,
): Promise<Users> {
  const shown = await shownByParameter(context, node, remembered, publishes);
  const usersOfOne = (id: string) => shown.filter((one) => one.snapshotId === id).map(({ user }) => user);
  return { of: new Map(copies.map(({ id }) => [id, usersOfOne(id)])), unclear: [] };
}

/** What in the topology prevents the removal of a snapshot: the rules whose source it is. */
export function keptBy({ rules }: Topology, { id, snapshot }: DatabaseCopy): readonly string[] {
  const isSource = ({ from: { account, region, select } }: Rule) =>
    "snapshot" in select &&
    select.of === snapshot.of &&
    select.snapshot === snapshot.id &&
    id.includes(`:${region}:${account.id}:`);
  return rules.filter(isSource).map(({ name }) => `the rule ${name}, whose source it is`);
}
