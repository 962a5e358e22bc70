import type { SnapshotView } from "../../../../scripts/aws";
import type { ReadContext } from "../../../../scripts/engine/context";
import { attemptOf, copyFilters } from "../../../../scripts/engine/lineage";
import { AMI_LINEAGE, REGISTERED_TAGS } from "../../declare/lineage";
import { isOurSnapshot } from "../lineage-proof";
import type { SnapshotCopies } from "./copy-snapshots";

/** A copy of a snapshot that a run created for an image. */
export interface CopiedSnapshot extends SnapshotView {
  /** Name of the device that it is for. */
  readonly device: string;
}

/** The copies that runs created, found by their tags and proved by AWS's own record of each; the ones to continue with come first. */
export async function copiedSnapshots({
  context,
  node,
  origin,
  keyOf,
  attempt,
}: Pick<SnapshotCopies, "node" | "origin" | "keyOf" | "attempt"> & {
  readonly context: Pick<ReadContext, "aws" | "topology">;
}): Promise<readonly CopiedSnapshot[]> {
  const filters = copyFilters(context.topology, node, origin.sourceId);
  const found = await context.aws.images(node.place).describeSnapshots(filters);
  return found
    .filter((snapshot) => isOurSnapshot(snapshot, node.place.region))
    .filter(({ tags }) => tags[AMI_LINEAGE.parent] === origin.id && attemptOf(tags) === attempt)
    .flatMap((snapshot) => {
      const device = snapshot.tags[REGISTERED_TAGS.device];
      const isUnder = snapshot.state === "error" || snapshot.keyArn === keyOf(snapshot);
      return device === undefined || !isUnder ? [] : [{ ...snapshot, device }];
    })
    .sort(completedFirst);
}

/** Of two copies of one snapshot, always the same one comes first. */
function completedFirst(a: CopiedSnapshot, b: CopiedSnapshot): number {
  return (
    Number(b.state === "completed") - Number(a.state === "completed") ||
    a.startTime.localeCompare(b.startTime) ||
    a.snapshotId.localeCompare(b.snapshotId)
  );
}
