import type { Rule, CopySource, SourceSnapshot } from "../../../topology";
import type { ImageView, SnapshotView } from "../../../scripts/aws";
import type { ReadContext } from "../../../scripts/engine/context";
import { userTags } from "../../../scripts/engine/lineage";

/** An AWS managed key has an alias of this kind. Source: KMS developer guide, "AWS managed keys". */
const MANAGED_ALIAS = /^alias\/aws\//;

/** Reads what the choice of the way needs to know: the image's snapshots, and whose keys they are under. */
export async function inspectSource(context: ReadContext, rule: Rule, image: ImageView): Promise<CopySource> {
  const ids = image.volumes.map((volume) => volume.snapshotId);
  const snapshots =
    ids.length === 0 ? [] : await context.aws.images(rule.from).describeSnapshots({ "snapshot-id": ids });
  const aliases = snapshots.some(({ encrypted }) => encrypted)
    ? await context.aws.keys(rule.from).aliases()
    : new Map<string, readonly string[]>();
  return {
    id: image.id,
    name: image.name,
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
        ...(snapshot?.dataBytes === undefined ? {} : { dataBytes: snapshot.dataBytes }),
        tags: userTags(snapshot?.tags ?? {}),
        ...keyOf(snapshot, aliases),
      };
    }),
  };
}

/** A key without an alias in the account counts as a customer managed key that is not listed. */
function keyOf(
  snapshot: SnapshotView | undefined,
  aliasesByArn: ReadonlyMap<string, readonly string[]>,
): Pick<SourceSnapshot, "key"> {
  if (snapshot?.encrypted !== true || snapshot.keyArn === undefined) return {};
  const aliases = aliasesByArn.get(snapshot.keyArn) ?? [];
  const manager = aliases.some((alias) => MANAGED_ALIAS.test(alias)) ? "AWS" : "CUSTOMER";
  return { key: { arn: snapshot.keyArn, manager, aliases } };
}
