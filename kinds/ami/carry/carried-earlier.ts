import type { SharedThing } from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import { LINEAGE_TAGS } from "../../../topology";
import type { Site } from "../../kind";
import { inParts } from "../../shared/in-parts";
import { AMI_LINEAGE } from "../declare/lineage";
import { proofOf } from "./lineage-proof";

/** The images and snapshots that are shared with an account (12 digits). */
export async function sharedWith({ aws, place }: Site, account: string): Promise<readonly SharedThing[]> {
  const images = aws.images(place);
  return [...(await images.sharedWith("image", account)), ...(await images.sharedWith("snapshot", account))];
}

/** Images that existing copies name in their tags, and the snapshots of these images. */
export async function carriedEarlier(
  topology: string,
  things: readonly SharedThing[],
  here: Site,
  everywhere: readonly Site[],
): Promise<ReadonlySet<string>> {
  const idsOf = (kind: SharedThing["kind"]) =>
    things.filter((thing) => thing.kind === kind).map(({ id }) => id);
  const holders = await inParts(idsOf("snapshot"), (ids) =>
    here.aws.images(here.place).describeImages({ "block-device-mapping.snapshot-id": ids }),
  );
  const volumesOf = new Map(holders.map(({ id, volumes }) => [id, volumes]));
  const candidates = [...new Set([...idsOf("image"), ...volumesOf.keys()])];
  const copies = await concurrently(everywhere, ({ aws, place }) =>
    inParts(candidates, (ids) =>
      aws.images(place).describeImages({
        [`tag:${LINEAGE_TAGS.topology}`]: [topology],
        [`tag:${AMI_LINEAGE.source}`]: ids,
      }),
    ),
  );
  const carried = copies
    .flat()
    .filter((copy) => proofOf(copy) !== "others")
    .flatMap(({ tags }) => tags[AMI_LINEAGE.source] ?? []);
  const snapshots = carried.flatMap((id) => volumesOf.get(id) ?? []).map(({ snapshotId }) => snapshotId);
  return new Set([...carried, ...snapshots]);
}
