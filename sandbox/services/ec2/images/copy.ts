import { imageArn, snapshotArn } from "../../../../core/arn";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { imageCheck, ownCheck, requestTagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { visibleImage } from "../catalogue";
import { chooseCopyKey, type CopyKey } from "../encryption/copy-key";
import { copyNeeds, currentKey, firstRefusal } from "../encryption/needs";
import { newId } from "../ids";
import { flag, requiredText } from "../input";
import { ec2Operation } from "../operation";
import { failSnapshot, grow } from "../snapshots/progress";
import type { Ec2State, Image, Snapshot } from "../state";
import { readTagSpecifications, setTags, tagsOf, type Tags } from "../tags/tags";
import { COPY_START_SECONDS, copySeconds } from "../throughput";
import { copiedImage, copiedSnapshot } from "./copied";
import { copySource, sourceRegionOf, type CopySource } from "./copy-source";
import { newImageName } from "./names";
import { settleImage } from "./settle";

/** Image copies in progress per account and destination Region. Source: EC2 user guide, "Copy an Amazon EC2 AMI". */
const MAX_PENDING_COPIES = 300;

/** CopyImage, called in the destination Region by the destination account. Keys are checked after it has answered. */
export function copyImage(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "Name",
      "Description",
      "SourceImageId",
      "SourceRegion",
      "Encrypted",
      "KmsKeyId",
      "ClientToken",
      "CopyImageTags",
      "TagSpecification",
    ],
    checks: (call) => checks(state, call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** Both images and the new snapshots. Source: EC2 user guide, "Grant permissions to copy Amazon EC2 AMIs". */
function checks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const sourceId = requiredText(call.input, "SourceImageId");
  const region = sourceRegionOf(call);
  const { account } = call.caller;
  const tags = readTagSpecifications(call.input, ["image", "snapshot"]);
  const image = imageArn(call.region, "*");
  const snapshot = snapshotArn(call.region, "*");
  const source = visibleImage(state, sourceId, account, region);
  return [
    imageCheck(call, region, sourceId, source, tagsOf(state, account, sourceId)),
    ownCheck(call, image, { "ec2:Owner": account, ...requestTagContext(tags.image) }),
    ownCheck(call, snapshot, { "ec2:Owner": account, ...requestTagContext(tags.snapshot) }),
    ...tagOnCreateCheck(call, image, tags.image),
    ...tagOnCreateCheck(call, snapshot, tags.snapshot),
  ];
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const earlier = remembered(state, call);
  if (earlier !== undefined) return { imageId: earlier[0] };
  copySource(state, call);
  const keyFor = await chooseCopyKey(state, call, cloud);
  return begin(state, call, cloud, keyFor);
}

/** From here on nothing waits, so that two calls cannot both find a name or a token free. */
function begin(state: Ec2State, call: Call, cloud: Cloud, keyFor: (source: Snapshot) => CopyKey): JsonObject {
  const earlier = remembered(state, call);
  if (earlier !== undefined) return { imageId: earlier[0] };
  const source = copySource(state, call);
  const name = newImageName(state, call.input, call.caller.account, call.region);
  const tags = newTags(state, call, source.image);
  const keys = source.snapshots.map(keyFor);
  refuseTooMany(state, call);
  const imageId = newId("ami");
  const copies = source.snapshots.map((snapshot, index) =>
    copiedSnapshot(call, cloud, imageId, source.image, snapshot, keys[index] ?? "none"),
  );
  for (const copy of copies) {
    state.snapshots[copy.snapshotId] = copy;
    setTags(state, copy.owner, copy.snapshotId, tags.snapshot);
  }
  state.images[imageId] = copiedImage(call, cloud, imageId, name, source.image, copies);
  setTags(state, call.caller.account, imageId, tags.image);
  remember(state, call, [imageId]);
  for (const [index, copy] of copies.entries()) schedule(state, call, cloud, imageId, source, index, copy);
  if (copies.length === 0) settleImage(state, imageId);
  return { imageId };
}

/** Tags of the call, and with CopyImageTags those that the caller itself has set on the source. */
function newTags(
  state: Ec2State,
  call: Call,
  source: Image,
): { readonly image: Tags; readonly snapshot: Tags } {
  const given = readTagSpecifications(call.input, ["image", "snapshot"]);
  if (flag(call.input, "CopyImageTags") !== true) return given;
  return { ...given, image: { ...tagsOf(state, call.caller.account, source.imageId), ...given.image } };
}

function refuseTooMany(state: Ec2State, call: Call): void {
  const pending = Object.values(state.images).filter(
    (image) =>
      image.state === "pending" &&
      image.sourceImageId !== undefined &&
      image.owner === call.caller.account &&
      image.region === call.region,
  );
  if (pending.length < MAX_PENDING_COPIES) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `Too many image copies in progress. The limit is ${MAX_PENDING_COPIES} for this destination region.`,
  );
}

/** First the keys are checked for the caller, then data moves; a key that was disabled on the way ends the copy. */
function schedule(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
  imageId: string,
  source: CopySource,
  index: number,
  copy: Snapshot,
): void {
  const original = source.snapshots[index];
  if (original === undefined) return;
  const settle = (): void => settleImage(state, imageId);
  cloud.clock.after(COPY_START_SECONDS, async () => {
    if (!(await mayCopy(cloud, call, original, copy))) {
      failSnapshot(state, copy.snapshotId);
      settle();
      return;
    }
    const seconds = copySeconds(copy.dataBytes, original.region !== copy.region);
    grow(state, cloud.clock, copy.snapshotId, seconds, () => isEnabled(cloud, copy.keyArn), settle);
  });
}

async function mayCopy(cloud: Cloud, call: Call, original: Snapshot, copy: Snapshot): Promise<boolean> {
  const source = original.keyArn === undefined ? undefined : currentKey(cloud, original.keyArn);
  const destination = copy.keyArn === undefined ? undefined : currentKey(cloud, copy.keyArn);
  if (original.keyArn !== undefined && source === undefined) return false;
  if (copy.keyArn !== undefined && destination === undefined) return false;
  const wanted = copyNeeds(source, original.snapshotId, destination, copy.snapshotId);
  return (await firstRefusal(cloud, call.caller, wanted)) === undefined;
}

function isEnabled(cloud: Cloud, keyArn: string | undefined): boolean {
  return keyArn === undefined || currentKey(cloud, keyArn)?.state === "Enabled";
}
