import type { Account, Place } from "../../../topology";
import { isAwsError, type DeployerAccess, type ImageUse, type ImageView, type SnapshotView } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import { placeName } from "../../engine/place-id";

/** What exists in an account and Region and concerns copies of images. */
export interface StandingPlace {
  readonly place: Place;
  /** The account's own. */
  readonly images: readonly ImageView[];
  /** The account's own, by their ids. */
  readonly snapshots: ReadonlyMap<string, SnapshotView>;
  /** All aliases, by the ARN of the key that they name. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Parameters that show one of the images. */
  readonly parameters: readonly ImageUse[];
  /** Accounts (12 digits) among those read that may launch an image, by its id. */
  readonly launchers: ReadonlyMap<string, readonly string[]>;
}

export interface Standing {
  readonly places: readonly StandingPlace[];
  /** What AWS denied access to, one sentence each. */
  readonly unseen: readonly string[];
}

/** Reads everything in some accounts and Regions. Reads only; what AWS denies access to is reported and counts as absent. */
export async function lookAround(
  access: Pick<DeployerAccess, "images" | "keyLife" | "uses">,
  accounts: readonly Account[],
  regions: readonly string[],
): Promise<Standing> {
  const unseen: string[] = [];
  const places = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  const seen = await concurrently(places, (place) => lookAt(access, place, accounts, unseen));
  return { places: seen, unseen: [...new Set(unseen)].sort() };
}

async function lookAt(
  access: Pick<DeployerAccess, "images" | "keyLife" | "uses">,
  place: Place,
  accounts: readonly Account[],
  unseen: string[],
): Promise<StandingPlace> {
  const seeing = async <T>(what: string, nothing: T, look: () => Promise<T>): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      if (!isAwsError(error)) throw error;
      unseen.push(`${what} of ${placeName(place)}: ${error.message}`);
      return nothing;
    }
  };
  const ports = access.images(place);
  const [images, snapshots, aliases] = await Promise.all([
    seeing("images", [], () => ports.describeImages({})),
    seeing("snapshots", [], () => ports.describeSnapshots({})),
    seeing("aliases of keys", new Map<string, readonly string[]>(), () => access.keyLife(place).aliases()),
  ]);
  const others = images.length === 0 ? [] : accounts.filter(({ id }) => id !== place.account.id);
  const [parameters, shared] = await Promise.all([
    images.length === 0
      ? []
      : seeing("parameters that show images", [], () =>
          access.uses(place).parametersShowing(images.map(({ id }) => id)),
        ),
    concurrently(others, async ({ id }) => ({
      id,
      things: await seeing("shares of images", [], () => ports.sharedWith("image", id)),
    })),
  ]);
  const launchers = new Map<string, string[]>();
  for (const { id, things } of shared)
    for (const thing of things) launchers.set(thing.id, [...(launchers.get(thing.id) ?? []), id]);
  return {
    place,
    images,
    snapshots: new Map(snapshots.map((snapshot) => [snapshot.snapshotId, snapshot])),
    aliases,
    parameters,
    launchers,
  };
}
