import { transitKeyAlias, type ImageRule, type SourceImage, type SourceSnapshot } from "../../topology";
import { isAccessDenied, type ImageView, type KeysPort, type SnapshotView } from "../aws";
import type { LookContext } from "../engine/context";

/** Reads what the choice of the way needs to know: the image's snapshots, and whose keys they are under. */
export async function inspectSource(
  context: LookContext,
  rule: ImageRule,
  image: ImageView,
): Promise<SourceImage> {
  const ids = image.volumes.map((volume) => volume.snapshotId);
  const snapshots =
    ids.length === 0 ? [] : await context.aws.images(rule.from).describeSnapshots({ "snapshot-id": ids });
  const keys = context.aws.keys(rule.from);
  const known = await aliasesByArn(keys, [transitKeyAlias(context.topology.name), ...rule.from.keys]);
  const managers = new Map<string, "AWS" | "CUSTOMER">();
  const inspected: SourceSnapshot[] = [];
  for (const volume of image.volumes) {
    const snapshot = snapshots.find((candidate) => candidate.snapshotId === volume.snapshotId);
    inspected.push({
      ...volume,
      sizeGiB: snapshot?.sizeGiB ?? volume.sizeGiB,
      ...(await keyOf(snapshot, keys, known, managers)),
    });
  }
  return {
    imageId: image.imageId,
    name: image.name,
    ...(image.description === undefined ? {} : { description: image.description }),
    snapshots: inspected,
  };
}

async function keyOf(
  snapshot: SnapshotView | undefined,
  keys: KeysPort,
  known: ReadonlyMap<string, readonly string[]>,
  managers: Map<string, "AWS" | "CUSTOMER">,
): Promise<Pick<SourceSnapshot, "key">> {
  if (snapshot?.encrypted !== true || snapshot.keyArn === undefined) return {};
  const arn = snapshot.keyArn;
  const aliases = known.get(arn);
  if (aliases !== undefined) return { key: { arn, manager: "CUSTOMER", aliases } };
  const manager = managers.get(arn) ?? (await managerOf(keys, arn));
  managers.set(arn, manager);
  return { key: { arn, manager, aliases: [] } };
}

/** A key that may not be described is nobody's managed key as far as we can use it: the way treats it as unlisted. */
async function managerOf(keys: KeysPort, arn: string): Promise<"AWS" | "CUSTOMER"> {
  try {
    return (await keys.describeKey(arn))?.manager ?? "CUSTOMER";
  } catch (error) {
    if (isAccessDenied(error)) return "CUSTOMER";
    throw error;
  }
}

async function aliasesByArn(
  keys: KeysPort,
  aliases: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byArn = new Map<string, string[]>();
  for (const alias of aliases) {
    const arn = await arnOf(keys, alias);
    if (arn !== undefined) byArn.set(arn, [...(byArn.get(arn) ?? []), alias]);
  }
  return byArn;
}

async function arnOf(keys: KeysPort, alias: string): Promise<string | undefined> {
  try {
    return (await keys.describeKey(alias))?.arn;
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
}
