import type { ImageView, SnapshotView } from "../../../aws";
import type { OwnersTask, RekeyedThing, RekeySums } from "../../../engine/results";
import type { Campaign } from "./campaign";
import type { Inventory } from "./inventory";
import { ownersTask, type Reason } from "./owners-tasks";
import {
  copyOfNextRun,
  imageReplacement,
  isOfARun,
  snapshotOfNextRun,
  snapshotReplacement,
} from "./replacements";

const GIB = 2 ** 30;

/** What a campaign does in one account. */
export interface PlacePlan {
  readonly things: readonly RekeyedThing[];
  readonly owners: readonly OwnersTask[];
}

/**
 * Determines what is copied, what was copied already, and what the owners must do. Pure. A replacement under a generation that is now
 * a former one is followed to its own replacement.
 */
export function planPlace(topology: string, campaign: Campaign, inventory: Inventory): PlacePlan {
  const former = new Set(campaign.former.map(({ arn }) => arn));
  const byId = new Map(inventory.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]));
  const isFormer = (id: string) => former.has(byId.get(id)?.keyArn ?? "");
  const images = inventory.images.filter(({ volumes }) =>
    volumes.some(({ snapshotId }) => isFormer(snapshotId)),
  );
  const ofImages = new Set(images.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId)));
  const alone = inventory.snapshots.filter(
    ({ keyArn = "", snapshotId }) => former.has(keyArn) && !ofImages.has(snapshotId),
  );
  const things: RekeyedThing[] = [];
  const owners: OwnersTask[] = inventory.others.map((user) =>
    ownersTask(topology, campaign, inventory.place, user),
  );
  for (const image of images) {
    const thing = imageThing(campaign, inventory, byId, image);
    if (typeof thing !== "string") things.push(thing);
    else owners.push(ownersTask(topology, campaign, inventory.place, userOf("image", image.id, thing)));
  }
  for (const snapshot of alone) {
    const thing = snapshotThing(campaign, inventory, snapshot);
    if (typeof thing !== "string") things.push(thing);
    else
      owners.push(
        ownersTask(topology, campaign, inventory.place, userOf("snapshot", snapshot.snapshotId, thing)),
      );
  }
  return { things, owners };
}

/** Counts and bytes of the resources in some states. */
export function sumsOf(things: readonly RekeyedThing[], states: readonly RekeyedThing["state"][]): RekeySums {
  const counted = things.filter(({ state }) => states.includes(state));
  return {
    images: counted.filter(({ kind }) => kind === "image").length,
    snapshots: counted.filter(({ kind }) => kind === "snapshot").length,
    bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function imageThing(
  campaign: Campaign,
  { place, images }: Inventory,
  byId: ReadonlyMap<string, SnapshotView>,
  image: ImageView,
): RekeyedThing | Reason {
  const thing = {
    kind: "image",
    id: image.id,
    name: image.name,
    account: place.account.id,
    region: place.region,
    bytes: image.volumes.reduce((sum, { snapshotId, sizeGiB }) => {
      const snapshot = byId.get(snapshotId);
      return sum + (snapshot?.dataBytes ?? sizeGiB * GIB);
    }, 0),
  } as const;
  const last = lastOf(image, (one) => imageReplacement(images, one.id));
  if (last !== undefined) {
    const isMoved = last.volumes.every(
      ({ snapshotId }) => byId.get(snapshotId)?.keyArn === campaign.present.arn,
    );
    const isReady = isMoved && last.state === "available";
    const isWaiting = !isMoved && last.state === "available";
    if (isReady) return { ...thing, state: "replaced", replacement: last.id };
    // A copy under a generation that is now a former one: that copy is moved, and replaces both.
    return { ...thing, bytes: isWaiting ? 0 : thing.bytes, state: "copying", replacement: last.id };
  }
  if (isOfARun(image)) {
    const next = copyOfNextRun(images, image);
    const isMoved = next?.volumes.every(
      ({ snapshotId }) => byId.get(snapshotId)?.keyArn === campaign.present.arn,
    );
    if (next === undefined || isMoved !== true) return "keyferry-copy";
    return { ...thing, state: "replaced", replacement: next.id };
  }
  if (image.state !== "available") return image.state === "pending" ? "pending" : "not-available";
  const keys = image.volumes.map(({ snapshotId }) => byId.get(snapshotId)?.keyArn);
  const own = [campaign.present, ...campaign.former].map(({ arn }) => arn);
  if (keys.some((key) => key === undefined || !own.includes(key))) return "mixed";
  return { ...thing, state: "to-copy" };
}

function snapshotThing(
  campaign: Campaign,
  { place, snapshots }: Inventory,
  snapshot: SnapshotView,
): RekeyedThing | Reason {
  const { snapshotId: id, dataBytes, sizeGiB, state, tags } = snapshot;
  const bytes = dataBytes ?? sizeGiB * GIB;
  const thing = { kind: "snapshot", id, account: place.account.id, region: place.region, bytes } as const;
  const last = lastOf(snapshot, (one) => snapshotReplacement(snapshots, one));
  if (last !== undefined) {
    const isReady = last.keyArn === campaign.present.arn && last.state === "completed";
    return { ...thing, state: isReady ? "replaced" : "copying", replacement: last.snapshotId };
  }
  if (isOfARun({ tags })) {
    const next = snapshotOfNextRun(snapshots, snapshot, place.region);
    if (next?.keyArn !== campaign.present.arn) return "keyferry-copy";
    return { ...thing, state: "replaced", replacement: next.snapshotId };
  }
  if (snapshot.archived === true) return "archived";
  if (state !== "completed") return state === "pending" ? "pending" : "not-available";
  return { ...thing, state: "to-copy" };
}

/** The end of the chain of replacements; undefined if nothing was replaced. */
function lastOf<T>(thing: T, next: (one: T) => T | undefined): T | undefined {
  const seen = new Set<T>([thing]);
  let last: T | undefined;
  for (let one = next(thing); one !== undefined && !seen.has(one); one = next(one)) {
    seen.add(one);
    last = one;
  }
  return last;
}

function userOf(type: "image" | "snapshot", id: string, reason: Reason) {
  return { type, id, text: `${type} ${id}`, reason };
}
