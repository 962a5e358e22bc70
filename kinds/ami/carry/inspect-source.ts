import type { CopySource, Rule } from "../../../topology";
import type { ImageView } from "../../../scripts/aws";
import type { SourceContext } from "../../../scripts/engine/context";
import { userTags } from "../../../scripts/engine/lineage";
import { keyOf } from "../../shared/key-of";

/** Reads the properties that determine the route: the image's snapshots, and the owners of their keys. */
export async function inspectSource(
  context: SourceContext,
  rule: Rule,
  image: ImageView,
): Promise<CopySource> {
  const ids = image.volumes.map((volume) => volume.snapshotId);
  const snapshots =
    ids.length === 0 ? [] : await context.aws.images(rule.from).describeSnapshots({ "snapshot-id": ids });
  const aliases = snapshots.some(({ encrypted }) => encrypted)
    ? await context.aws.keys(rule.from).aliases()
    : new Map<string, readonly string[]>();
  return {
    id: image.id,
    name: image.name,
    creationDate: image.creationDate,
    ...(image.description === undefined ? {} : { description: image.description }),
    tags: userTags(image.tags),
    traits: {
      attributes: image.attributes,
      devices: image.devices,
      ...(image.deprecationTime === undefined ? {} : { deprecationTime: image.deprecationTime }),
    },
    snapshots: image.volumes.map((volume) => {
      const snapshot = snapshots.find((candidate) => candidate.snapshotId === volume.snapshotId);
      return {
        ...volume,
        sizeGiB: snapshot?.sizeGiB ?? volume.sizeGiB,
        ...(snapshot?.archived === true ? { archived: true } : {}),
        ...(snapshot?.dataBytes === undefined ? {} : { dataBytes: snapshot.dataBytes }),
        tags: userTags(snapshot?.tags ?? {}),
        ...keyOf(snapshot, aliases),
      };
    }),
  };
}
