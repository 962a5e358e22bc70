import { canonicalJson, sha256 } from "@keyferry/common";
import { KeyferryError } from "../../../../core/errors";
import type { ImageView, SnapshotView } from "../../../aws";
import { REKEY_TAGS, userTags } from "../../../engine/lineage";
import { completeImage } from "./complete-image";
import { nextName } from "../../../engine/next-name";
import { imageReplacement, isDead } from "./replacements";
import { change, patiently, type PlaceWork } from "./work";

/** Longest ClientToken that Keyferry sends; EC2 accepts 128. Source: EC2 API reference, CopyImage. */
const TOKEN_LENGTH = 64;

/** Copies that are started for one image before it counts as failed. */
const ATTEMPTS = 3;

/**
 * Copies an image in its Region under the current key, or continues with the copy that an earlier command started, and sets on the copy
 * what CopyImage does not copy. The image itself does not change, except for a tag that names its replacement.
 * @throws KeyferryError if the copy does not become available
 */
export async function replaceImage(work: PlaceWork, image: ImageView): Promise<void> {
  const found = imageReplacement(await copiesOf(work, image.id), image.id);
  const copy = await finished(work, image, found);
  const snapshots = await snapshotsOf(work, copy);
  const { present } = work.campaign;
  const wrong = snapshots.filter(({ keyArn }) => keyArn !== present.arn);
  if (wrong.length > 0 || snapshots.length !== image.volumes.length) {
    throw new KeyferryError(
      `${copy.id}, the copy of ${image.id}, is not under ${present.arn} with all volumes`,
      {
        code: "WrongKey",
        source: "aws",
        fix: `find out what created it, deregister ${copy.id}, and run the same command again`,
      },
    );
  }
  await completeImage(work, image, copy, snapshots);
}

async function copiesOf({ images }: PlaceWork, id: string): Promise<readonly ImageView[]> {
  return images.describeImages({ [`tag:${REKEY_TAGS.from}`]: [id] });
}

async function snapshotsOf({ images }: PlaceWork, copy: ImageView): Promise<readonly SnapshotView[]> {
  const ids = copy.volumes.map(({ snapshotId }) => snapshotId);
  return ids.length === 0 ? [] : images.describeSnapshots({ "snapshot-id": ids });
}

async function finished(work: PlaceWork, image: ImageView, found: ImageView | undefined): Promise<ImageView> {
  if (found !== undefined) {
    const end = await waitFor(work, found.id);
    if (end !== undefined && end.state === "available") return end;
  }
  for (let number = 1; number <= ATTEMPTS; number += 1) {
    const id = await begin(work, image, number);
    const end = await waitFor(work, id);
    if (end?.state === "available") return end;
    if (end !== undefined) await removeDead(work, image, end);
  }
  throw new KeyferryError(`no copy of ${image.id} was found`, {
    code: "CopyMissing",
    source: "aws",
    fix: "run the same command again",
  });
}

/** The token is the same for the same attempt at the same copy on any machine, so that EC2 returns the image that it already created. */
async function begin(work: PlaceWork, image: ImageView, number: number): Promise<string> {
  const { campaign, place, images, foundation, done } = work;
  const request = {
    name: nextName(image.name, campaign.present.number),
    ...(image.description === undefined ? {} : { description: image.description }),
    sourceImageId: image.id,
    sourceRegion: place.region,
    keyArn: campaign.present.arn,
    tags: {
      ...userTags(image.tags),
      [REKEY_TAGS.by]: foundation.locked.topology.name,
      [REKEY_TAGS.from]: image.id,
    },
  };
  const call = { request, account: place.account.id, region: place.region, number };
  const clientToken = sha256(canonicalJson(call)).slice(0, TOKEN_LENGTH);
  const id = await patiently(work, () => images.copyImage({ ...request, clientToken }));
  done.push(`${place.account.id} ${place.region}: image ${image.id} is copied as ${id}`);
  return id;
}

/** @returns undefined if it is not found within the time of EC2's eventual consistency */
async function waitFor(work: PlaceWork, id: string): Promise<ImageView | undefined> {
  const { images, clock, settings, signal } = work;
  const since = clock.now().getTime();
  let pause = settings.pollMinSeconds;
  for (;;) {
    const [image] = await images.describeImages({ "image-id": [id] });
    if (image !== undefined && image.state !== "pending") return image;
    const seconds = (clock.now().getTime() - since) / 1000;
    if (image === undefined && seconds >= settings.missingAfterSeconds) return undefined;
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, settings.pollMaxSeconds);
  }
}

/**
 * A failed copy keeps its name, so it is removed with its snapshots.
 * @throws KeyferryError with EC2's own reason, if there is one: another attempt would end the same way
 */
async function removeDead(work: PlaceWork, image: ImageView, copy: ImageView): Promise<void> {
  const messages = (await snapshotsOf(work, copy)).flatMap(({ stateMessage }) => stateMessage ?? []);
  if (isDead(copy.state) && copy.state !== "deregistered")
    await change(work, () => work.images.deregisterImage(copy.id, true));
  const reason = [copy.stateReason, ...new Set(messages)].filter((text) => text !== undefined).join(" ");
  if (reason === "") return;
  throw new KeyferryError(`the copy ${copy.id} of ${image.id} ended ${copy.state}: ${reason}`, {
    code: "CopyFailed",
    source: "aws",
    fix: `let the deploy role of account ${work.place.account.id} use ${work.campaign.present.arn} and the former keys through EC2 (docs/permissions.md), and share the keys with the account if they belong to another one`,
    account: work.place.account.id,
  });
}
