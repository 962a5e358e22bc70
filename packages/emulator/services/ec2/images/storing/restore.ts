/**
 * CreateRestoreImageTask: creates an image and snapshots in the caller's account from the object of a stored image.
 * Source: EC2 user guide, "How AMI store and restore works".
 */
import { imageArn, snapshotArn } from "@keyferry/common";
import { workKind } from "../../../../background";
import type { AccessCheck, Call, Caller, Cloud, JsonObject } from "../../../../contract";
import { ownCheck, requestTagContext, tagOnCreateCheck } from "../../access";
import { defaultKey, ebsDefaults } from "../../encryption/defaults";
import { newId } from "../../ids";
import { requiredText, text } from "../../input";
import { ec2Operation } from "../../operation";
import { put } from "../../shelf";
import { failSnapshot, grow } from "../../snapshots/progress";
import type { Ec2State, Image, Snapshot } from "../../state";
import { readTagSpecifications, setTags, type Tags } from "../../tags/tags";
import { COPY_START_SECONDS, copySeconds } from "../../throughput";
import { newImageName } from "../names";
import { requireToRead, restoreRefusal } from "./permissions";
import { requireHere } from "./store";
import { unpack, type StoredImage, type StoredSnapshot } from "./stored-image";
import { refuseTooMuchRestoring } from "./tasks";

interface Restoring {
  readonly caller: Caller;
  readonly imageId: string;
  readonly snapshotId: string;
}

const BEGIN = workKind<Restoring>("ec2:begin-restore-image");

export function createRestoreImageTask(state: Ec2State) {
  return ec2Operation({
    parameters: ["Bucket", "ObjectKey", "Name", "TagSpecification"],
    checks,
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** The new image, and whether the account encrypts by default. */
function checks(call: Call): readonly AccessCheck[] {
  const { account } = call.caller;
  const tags = readTagSpecifications(call.input, ["image", "snapshot"]);
  const image = imageArn(call.region, "*");
  return [
    ownCheck(call, image, { "ec2:Owner": account, ...requestTagContext(tags.image) }),
    { action: "ec2:GetEbsEncryptionByDefault", resource: "*", context: { "ec2:Region": call.region } },
    ...tagOnCreateCheck(call, image, tags.image),
    ...tagOnCreateCheck(call, snapshotArn(call.region, "*"), tags.snapshot),
  ];
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const place = { bucket: requiredText(call.input, "Bucket"), key: requiredText(call.input, "ObjectKey") };
  requireHere(cloud, place.bucket, call.region);
  await requireToRead(cloud, call.caller, place);
  const stored = unpack(await cloud.objects.get(call.caller, place.bucket, place.key));
  return begin(state, call, cloud, stored);
}

/** No awaits from here on, so that two calls cannot both find a name free. */
function begin(state: Ec2State, call: Call, cloud: Cloud, stored: StoredImage): JsonObject {
  const { account } = call.caller;
  const given = { Name: text(call.input, "Name") ?? stored.name };
  const name = newImageName(state, given, account, call.region);
  refuseTooMuchRestoring(state, account, call.region);
  const tags = readTagSpecifications(call.input, ["image", "snapshot"]);
  const imageId = newId("ami");
  const keyArn = keyOf(state, call, cloud);
  const snapshots = stored.snapshots.map((one) => restoredSnapshot(call, cloud, imageId, one, keyArn));
  for (const [index, snapshot] of snapshots.entries()) {
    put(state.snapshots, snapshot.snapshotId, snapshot);
    setTags(state, account, snapshot.snapshotId, merged(stored.snapshots[index]?.tags, tags.snapshot));
    BEGIN.later(cloud.clock, COPY_START_SECONDS, {
      caller: call.caller,
      imageId,
      snapshotId: snapshot.snapshotId,
    });
  }
  put(state.images, imageId, restoredImage(call, cloud, imageId, name, stored, snapshots));
  setTags(state, account, imageId, merged(stored.tags, tags.image));
  state.restoring[imageId] = snapshots.reduce((sum, { volumeSize }) => sum + volumeSize, 0);
  return { imageId };
}

/**
 * The call names no key: an account that encrypts by default gets the EBS default key, any other account gets
 * unencrypted snapshots. AWS documents only the permission to read the setting.
 */
function keyOf(state: Ec2State, call: Call, cloud: Cloud): string | undefined {
  const { account } = call.caller;
  if (!ebsDefaults(state, account, call.region).encryptByDefault) return undefined;
  return (
    defaultKey(state, cloud, account, call.region)?.arn ?? ebsDefaults(state, account, call.region).keyArn
  );
}

/** Registers the steps of a restore with the clock: permissions first, then the data. */
export function handleRestoring(state: Ec2State, cloud: Cloud): void {
  BEGIN.handle(cloud.clock, async ({ caller, imageId, snapshotId }) => {
    const snapshot = state.snapshots[snapshotId];
    if (snapshot === undefined) return;
    const refusal = await restoreRefusal(cloud, caller, snapshot);
    if (refusal === undefined) {
      const seconds = copySeconds(snapshot.dataBytes, false);
      grow(cloud.clock, { snapshotId, seconds, needsKey: true, imageId });
      return;
    }
    failSnapshot(state, snapshotId, refusal);
    const image = state.images[imageId];
    if (image?.state !== "pending") return;
    image.state = "failed";
    image.stateReason = { code: "Client.InternalError", message: `Restore image failed. ${refusal}` };
  });
}

function restoredSnapshot(
  call: Call,
  cloud: Cloud,
  imageId: string,
  stored: StoredSnapshot,
  keyArn: string | undefined,
): Snapshot {
  return {
    snapshotId: newId("snap"),
    region: call.region,
    owner: call.caller.account,
    volumeId: "vol-ffffffff",
    volumeSize: stored.volumeSize,
    dataBytes: stored.dataBytes,
    description: `Restored for ${imageId} from ${stored.snapshotId}`,
    startTime: cloud.clock.now().toISOString(),
    keyArn,
    public: false,
    createVolumePermissions: [],
    state: "pending",
    progress: 0,
  };
}

function restoredImage(
  call: Call,
  cloud: Cloud,
  imageId: string,
  name: string,
  stored: StoredImage,
  snapshots: readonly Snapshot[],
): Image {
  const remaining = [...snapshots];
  const devices = stored.devices.map((device) => {
    const snapshot = device.ebs?.snapshotId === undefined ? undefined : remaining.shift();
    if (device.ebs === undefined || snapshot === undefined) return device;
    const encrypted = snapshot.keyArn !== undefined;
    return { ...device, ebs: { ...device.ebs, snapshotId: snapshot.snapshotId, encrypted } };
  });
  return {
    imageId,
    region: call.region,
    owner: call.caller.account,
    name,
    description: stored.description,
    traits: stored.traits,
    devices,
    creationDate: cloud.clock.now().toISOString(),
    sourceImageId: stored.imageId,
    sourceImageRegion: stored.region,
    public: false,
    launchPermissions: [],
    state: "pending",
  };
}

function merged(stored: Tags | undefined, given: Tags): Tags {
  return { ...stored, ...given };
}
