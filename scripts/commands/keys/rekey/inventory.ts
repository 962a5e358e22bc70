import type { Place } from "../../../../topology";
import {
  KEY_USE_KINDS,
  type ImageView,
  type KeyUseKind,
  type KeyUser,
  type SnapshotView,
} from "../../../aws";
import type { UnseenUsers } from "../../../engine/results";
import type { Foundation } from "../foundation";
import { reasonOf, type Campaign, type Generation } from "./campaign";

/** A user of a former key that is neither an image nor a snapshot. */
export interface OtherUser extends KeyUser {
  /** The generation that it uses. */
  readonly generation: Generation;
}

/** The resources of an account in a Region that a campaign concerns. */
export interface Inventory {
  readonly place: Place;
  /** All images that the account owns. */
  readonly images: readonly ImageView[];
  /** All encrypted snapshots that the account owns. */
  readonly snapshots: readonly SnapshotView[];
  readonly others: readonly OtherUser[];
  readonly unseen: readonly UnseenUsers[];
}

/** Images and snapshots are read once for all generations; everything else by the checks that prove a key unused. */
const OWN_KIND: readonly KeyUseKind[] = ["images", "snapshots"];
/** What KMS shows only to the key's own account. */
const OF_THE_OWNER: readonly KeyUseKind[] = ["grants", "aliases", "replicas"];

/** Finds everything that uses the former keys of a campaign in one account. Reads only. */
export async function takeInventory(
  foundation: Foundation,
  campaign: Campaign,
  place: Place,
): Promise<Inventory> {
  const [stored, ...others] = await Promise.all([
    storedIn(foundation, place),
    ...campaign.former.map((generation) => othersUnder(foundation, campaign, generation, place)),
  ]);
  return {
    place,
    images: stored.images,
    snapshots: stored.snapshots,
    others: others.flatMap(({ found }) => found),
    unseen: [
      ...stored.unseen,
      ...new Map(others.flatMap(({ unseen }) => unseen).map((one) => [one.kind, one])).values(),
    ],
  };
}

async function storedIn(
  { deployer }: Foundation,
  place: Place,
): Promise<Pick<Inventory, "images" | "snapshots" | "unseen">> {
  const images = deployer.images(place);
  try {
    const [own, snapshots] = await Promise.all([
      images.describeImages({}),
      images.describeSnapshots({ encrypted: ["true"] }),
    ]);
    return { images: own, snapshots, unseen: [] };
  } catch (error) {
    const unseen = {
      ...unseenIn(place, reasonOf(error)),
      kind: "images-and-snapshots",
      fix: `allow the deploy role of account ${place.account.id} ec2:DescribeImages, ec2:DescribeSnapshots`,
    } as const;
    return { images: [], snapshots: [], unseen: [unseen] };
  }
}

async function othersUnder(
  { deployer }: Foundation,
  campaign: Campaign,
  generation: Generation,
  place: Place,
): Promise<{ readonly found: readonly OtherUser[]; readonly unseen: readonly UnseenUsers[] }> {
  const isOwner = place.account.id === campaign.place.account.id;
  const kinds = KEY_USE_KINDS.filter(
    ({ id }) => !OWN_KIND.includes(id) && (isOwner || !OF_THE_OWNER.includes(id)),
  );
  const names = { arn: generation.arn, aliases: isOwner ? [generation.alias] : [] };
  const evidence = await deployer.keyUses(place).find(
    names,
    kinds.map(({ id }) => id),
  );
  return {
    found: evidence.flatMap(({ holders }) => holders.map((holder) => ({ ...holder, generation }))),
    unseen: evidence.flatMap(({ kind, refused }): UnseenUsers[] => {
      if (refused === undefined) return [];
      const actions = KEY_USE_KINDS.find(({ id }) => id === kind)?.actions ?? [];
      const fix = `allow the deploy role of account ${place.account.id} ${actions.join(", ")}`;
      return [{ ...unseenIn(place, refused.message), kind, fix }];
    }),
  };
}

function unseenIn(
  { account, region }: Place,
  reason: string,
): Pick<UnseenUsers, "account" | "region" | "reason"> {
  return { account: account.id, region, reason };
}
