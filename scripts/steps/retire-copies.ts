import { LINEAGE_TAGS, type CopyNode, type Topology } from "../../topology";
import { isAwsError, type ImageView } from "../aws";
import type { ReadContext, StepContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { throwIfAborted } from "../engine/graph-runner";
import { usersOf } from "./image-uses";
import { claimedCopies } from "./own-copies";
import { deleteSnapshot, removeImage } from "./remove-copy";

/** What `keep` says of the copies of a node. */
export interface Retirement {
  /** Older than what is kept, and used by nothing. */
  readonly retired: readonly ImageView[];
  /** Older than what is kept, and why they stay all the same. */
  readonly used: readonly { readonly image: ImageView; readonly by: readonly string[] }[];
  /** What may use any of them and cannot be read. */
  readonly unclear: readonly Refusal[];
}

/** What a run does with a node before it retires older copies. */
export interface Ahead {
  /** A copy is made, which counts among those that stay. */
  readonly copies: boolean;
  /** The node's parameter shows another copy than now. */
  readonly publishes: boolean;
}

const NONE: Retirement = { retired: [], used: [], unclear: [] };

/**
 * Which copies of a node may go: all but the newest that runs have made, as many as the topology keeps, as far as nothing
 * uses them. What is used: by an instance, a launch template, a group, a launch configuration, a fleet; shown by a parameter that the
 * topology publishes, or one of the last that it showed; protected from being deregistered; the source of a rule. Reads
 * only.
 * @param source id of the source image that the rule carries now: its copy stays, however old. @default - not known
 * @param ahead what happens before they go. @default - nothing
 */
export async function retirement(
  context: ReadContext,
  node: CopyNode,
  source?: string,
  ahead: Ahead = { copies: false, publishes: false },
): Promise<Retirement> {
  const keep = node.destination?.keep;
  if (keep === undefined) return NONE;
  const { ours } = await claimedCopies(context, node);
  const standing = ours.filter(({ state }) => state === "available" || state === "disabled");
  const isCurrent = ({ tags }: ImageView) => source !== undefined && tags[LINEAGE_TAGS.source] === source;
  const old = [...standing]
    .sort(newestFirst)
    .slice(ahead.copies ? keep - 1 : keep)
    .filter((image) => !isCurrent(image));
  if (old.length === 0) return NONE;
  const users = await usersOf(context, node, old, keep, ahead.publishes);
  const withUsers = old.map((image) => ({
    image,
    by: [...(users.of.get(image.id) ?? []), ...sourceOf(context.topology, image), ...protectionOf(image)],
  }));
  return {
    retired: withUsers.filter(({ by }) => by.length === 0).map(({ image }) => image),
    used: withUsers.filter(({ by }) => by.length > 0),
    unclear: users.unclear,
  };
}

/**
 * Deregisters what may go and deletes its snapshots; tells what stays, and by whom it is used.
 * @param source id of the source image that the rule carries now
 * @returns what may use old copies and cannot be read
 */
export async function retireCopies(
  context: StepContext,
  node: CopyNode,
  source: string,
): Promise<readonly Refusal[]> {
  const { retired, used, unclear } = await retirement(context, node, source);
  for (const image of retired) {
    throwIfAborted(context.signal);
    await retireCopy(context, node, image);
  }
  for (const { image, by } of used) {
    context.emit({ code: "CopyKept", node: node.id, imageId: image.id, by });
  }
  return unclear;
}

/** Only snapshots that carry our lineage go, and only those that nothing else stands on. */
export async function retireCopy(context: StepContext, node: CopyNode, image: ImageView): Promise<void> {
  const images = context.aws.images(node.place);
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  const snapshots = ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids });
  await removeImage(context, images, image.id);
  for (const { snapshotId, tags } of snapshots) {
    const isOurs =
      tags[LINEAGE_TAGS.topology] === context.topology.name && tags[LINEAGE_TAGS.node] === node.id;
    if (!isOurs) continue;
    try {
      await deleteSnapshot(context, images, snapshotId);
    } catch (error) {
      if (!isAwsError(error, "InvalidSnapshot.InUse", "SnapshotLocked")) throw error;
      context.emit({ code: "CopyKept", node: node.id, imageId: snapshotId, by: [error.answer.message] });
    }
  }
  context.emit({ code: "CopyRemoved", node: node.id, imageId: image.id, because: "retired" });
}

/** By their creation; of two that were made at once, by their id, so that every run takes the same. */
function newestFirst(a: ImageView, b: ImageView): number {
  return b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id);
}

function sourceOf(topology: Topology, { id: imageId }: ImageView): readonly string[] {
  return topology.images
    .filter(({ from }) => "imageId" in from.select && from.select.imageId === imageId)
    .map(({ name }) => `the rule ${name}, whose source it is`);
}

function protectionOf({ deregistrationProtection }: ImageView): readonly string[] {
  return deregistrationProtection === "disabled"
    ? []
    : [`its deregistration protection (${deregistrationProtection})`];
}
