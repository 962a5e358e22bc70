import { imageArn, snapshotArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { imageCheck, ownCheck, requestTagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { visibleImage } from "../catalogue";
import { chooseCopyKey } from "../encryption/copy-key";
import { newId } from "../ids";
import { flag, requiredText } from "../input";
import { ec2Operation } from "../operation";
import { refuseBeyond } from "../quotas";
import { ownedBy, put } from "../shelf";
import { carryOut } from "../snapshots/copying";
import { readSnapshotPaces } from "../snapshots/time-based";
import type { Ec2State, Image } from "../state";
import { readTagSpecifications, setTags, tagsOf, type Tags } from "../tags/tags";
import { copiedImage, copiedSnapshot } from "./copied";
import { copySource, sourceRegionOf } from "./copy-source";
import { newImageName } from "./names";
import { settleImage } from "./settle";

/** CopyImage, called in the destination Region by the destination account. Keys are checked after it has returned. */
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
      "SnapshotCopyCompletionDurationMinutes",
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

/** No awaits from here on, so that two calls cannot both find a name or a token free. */
function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const earlier = remembered(state, call);
  if (earlier !== undefined) return { imageId: earlier[0] };
  const source = copySource(state, call, cloud);
  const name = newImageName(state, call.input, call.caller.account, call.region);
  const tags = newTags(state, call, source.image);
  const keys = source.snapshots.map(chooseCopyKey(state, call, cloud));
  const paces = readSnapshotPaces(state, call, source.image.region, source.snapshots);
  refuseTooMany(state, call);
  const imageId = newId("ami");
  const copies = source.snapshots.map((snapshot, index) =>
    copiedSnapshot(call, cloud, imageId, source.image, snapshot, keys[index], paces[index]),
  );
  for (const copy of copies) {
    put(state.snapshots, copy.snapshotId, copy);
    setTags(state, copy.owner, copy.snapshotId, tags.snapshot);
  }
  put(state.images, imageId, copiedImage(call, cloud, imageId, name, source.image, copies));
  setTags(state, call.caller.account, imageId, tags.image);
  remember(state, call, [imageId]);
  for (const [index, original] of source.snapshots.entries()) {
    const copy = copies[index];
    if (copy !== undefined) carryOut(state, cloud, { caller: call.caller, original, copy });
  }
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
  const pending = [...ownedBy(state.images, call.region, call.caller.account)].filter(
    (image) => image.state === "pending" && image.sourceImageId !== undefined,
  );
  refuseBeyond(
    state,
    call.caller.account,
    "imageCopies",
    pending.length,
    (limit) => `Too many image copies in progress. The limit is ${limit} for this destination region.`,
  );
}
