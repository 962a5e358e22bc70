import type { CopyNode, Place } from "../../../topology";
import { LINEAGE_TAGS } from "../../../topology";
import type { Looks, SharedThing } from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../scripts/engine/context";
import type { ClaimedCopies } from "../../../scripts/engine/copy";
import { copyFilters } from "../../../scripts/engine/lineage";
import type { HeldCopies, SharedResource, Site } from "../../kind";
import { inParts } from "../../shared/in-parts";
import { sharedSnapshot } from "../../shared/shared-snapshot";
import { SNAPSHOT_LINEAGE } from "../declare/lineage";
import { proofOf } from "./lineage-proof";
import { toCopy, type SnapshotCopy } from "./snapshot-copy";

/** Finds a node's copies by their tags, and separates copies that runs created from snapshots that only have the tags. */
export async function claimedCopies(
  context: Pick<ReadContext, "aws" | "topology">,
  node: CopyNode,
  sourceId?: string,
): Promise<ClaimedCopies<SnapshotCopy>> {
  const filters = copyFilters(context.topology, node, sourceId);
  const found = (await context.aws.images(node.place).describeSnapshots(filters)).map(toCopy);
  const isOurs = ({ snapshot }: SnapshotCopy) => proofOf(snapshot) === "ours";
  return { ours: found.filter(isOurs), others: found.filter((copy) => !isOurs(copy)), unproved: [] };
}

/** Snapshots that a topology's tags mark as copies of snapshots; the tags of snapshots of images name an image instead. */
export async function heldIn(aws: Looks, place: Place, topology: string): Promise<HeldCopies<SnapshotCopy>> {
  const snapshots = await aws.images(place).describeSnapshots({
    [`tag:${LINEAGE_TAGS.topology}`]: [topology],
    "tag-key": [SNAPSHOT_LINEAGE.source],
  });
  return {
    copies: snapshots.map((snapshot) => ({ copy: toCopy(snapshot), proof: proofOf(snapshot) })),
    parts: [],
  };
}

/** Snapshots with a record of shares. */
export async function recordedShares(
  aws: Looks,
  place: Place,
  sharers: string,
): Promise<readonly SharedResource[]> {
  const port = aws.images(place);
  const found = await port.describeSnapshots({ "tag-key": [`${LINEAGE_TAGS.sharedWith}${sharers}`] });
  return found.map(({ snapshotId, tags }) => sharedSnapshot(port, snapshotId, tags));
}

/** Snapshots that existing copies name in their tags. */
export async function carriedEarlier(
  topology: string,
  things: readonly SharedThing[],
  _here: Site,
  everywhere: readonly Site[],
): Promise<ReadonlySet<string>> {
  const ids = things.map(({ id }) => id);
  const copies = await concurrently(everywhere, ({ aws, place }) =>
    inParts(ids, (part) =>
      aws.images(place).describeSnapshots({
        [`tag:${LINEAGE_TAGS.topology}`]: [topology],
        [`tag:${SNAPSHOT_LINEAGE.source}`]: part,
      }),
    ),
  );
  const ours = copies.flat().filter((copy) => proofOf(copy) === "ours");
  return new Set(ours.flatMap(({ tags }) => tags[SNAPSHOT_LINEAGE.source] ?? []));
}
