/** CreateStoreImageTask: an image with its snapshots becomes one object in a bucket of the same Region. */
import { workKind } from "../../../../background";
import { AwsError, type Call, type Cloud, type JsonObject } from "../../../../contract";
import { AWS_TEXTS } from "@keyferry/common";
import { imageCheck } from "../../access";
import { anySnapshot, snapshotIdsOf, visibleImage } from "../../catalogue";
import { checkId, incorrectState, notFound } from "../../errors";
import { newId } from "../../ids";
import { objects, requiredText, text } from "../../input";
import { ec2Operation } from "../../operation";
import type { Ec2State, Image, Snapshot } from "../../state";
import { COPY_START_SECONDS, copySeconds } from "../../throughput";
import { tagsOf } from "../../tags/tags";
import { storeRefusal } from "./permissions";
import { metadataOf, pack, placeOf, storedImage } from "./stored-image";
import { LARGEST_IMAGE_GB, refuseTooMuchStoring, type StoreWork } from "./tasks";

/** Progress is shown in steps of a quarter. */
const STEPS = 4;

const BEGIN = workKind<StoreWork>("ec2:begin-store");
const GO_ON = workKind<StoreWork>("ec2:go-on-storing");

export function createStoreImageTask(state: Ec2State) {
  return ec2Operation({
    parameters: ["ImageId", "Bucket", "S3ObjectTag"],
    checks: (call) => {
      const imageId = requiredText(call.input, "ImageId");
      const { account } = call.caller;
      const image = visibleImage(state, imageId, account, call.region);
      return [imageCheck(call, call.region, imageId, image, tagsOf(state, account, imageId))];
    },
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** The image and the location are checked now; the caller's permissions on them when the task begins. */
function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const { account } = call.caller;
  const image = storableImage(state, requiredText(call.input, "ImageId"), account, call.region);
  const snapshots = storableSnapshots(state, image, account);
  const place = placeOf(requiredText(call.input, "Bucket"), image.imageId);
  requireHere(cloud, place.bucket, call.region);
  refuseTooMuchStoring(state, account, call.region);
  const taskId = newId("store");
  state.storeTasks[taskId] = {
    ...place,
    taskId,
    account,
    region: call.region,
    imageId: image.imageId,
    startTime: cloud.clock.now().toISOString(),
    dataBytes: snapshots.reduce((sum, { dataBytes }) => sum + dataBytes, 0),
    objectTags: Object.fromEntries(
      objects(call.input, "S3ObjectTag").map((tag) => [requiredText(tag, "Key"), text(tag, "Value") ?? ""]),
    ),
    state: "InProgress",
    progress: 0,
  };
  BEGIN.later(cloud.clock, COPY_START_SECONDS, { caller: call.caller, taskId });
  return { objectKey: place.key };
}

/** Registers the steps of a store task with the clock: permissions first, then the data, then the object. */
export function handleStoring(state: Ec2State, cloud: Cloud): void {
  BEGIN.handle(cloud.clock, async (work) => {
    if (await fail(state, cloud, work)) return;
    goOn(state, cloud, work);
  });
  GO_ON.handle(cloud.clock, async (work) => {
    const task = state.storeTasks[work.taskId];
    if (task?.state !== "InProgress") return;
    task.progress += 100 / STEPS;
    if (task.progress < 100) return goOn(state, cloud, work);
    if (await fail(state, cloud, work)) return;
    await upload(state, cloud, work);
  });
}

function goOn(state: Ec2State, { clock }: Cloud, work: StoreWork): void {
  const task = state.storeTasks[work.taskId];
  if (task !== undefined) GO_ON.later(clock, copySeconds(task.dataBytes, false) / STEPS, work);
}

/** Ends the task when the image, a snapshot or a permission is missing. */
async function fail(state: Ec2State, cloud: Cloud, { taskId, caller }: StoreWork): Promise<boolean> {
  const task = state.storeTasks[taskId];
  if (task === undefined) return true;
  const image = visibleImage(state, task.imageId, caller.account, task.region);
  const snapshots = image === undefined ? [] : readable(state, image, caller.account);
  const reason =
    image === undefined || snapshots === undefined
      ? AWS_TEXTS.noStorageAccess
      : await storeRefusal(cloud, caller, task, snapshots);
  if (reason === undefined) return false;
  Object.assign(task, { state: "Failed", failureReason: reason });
  return true;
}

async function upload(state: Ec2State, cloud: Cloud, { taskId, caller }: StoreWork): Promise<void> {
  const task = state.storeTasks[taskId];
  const image = task && visibleImage(state, task.imageId, caller.account, task.region);
  if (task === undefined || image === undefined) return;
  const snapshots = readable(state, image, caller.account) ?? [];
  const { bucket, key, objectTags: tags } = task;
  const body = pack(storedImage(state, image, snapshots, caller.account));
  const metadata = metadataOf(image, cloud.clock.now());
  try {
    await cloud.objects.put(caller, { bucket, key, body, metadata, tags });
    Object.assign(task, { state: "Completed", progress: 100 });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    Object.assign(task, { state: "Failed", failureReason: `${error.code}: ${error.message}` });
  }
}

/**
 * An image that the account owns, or that is shared with the account by name.
 * @throws InvalidAMIID.NotFound, InvalidAMIID.Unavailable, InvalidRequest for a public, paravirtual or too large one
 */
function storableImage(state: Ec2State, imageId: string, account: string, region: string): Image {
  checkId("image", imageId);
  const image = visibleImage(state, imageId, account, region);
  if (image === undefined) throw notFound("image", imageId);
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${imageId}' is not available`);
  }
  if (image.owner !== account && !image.launchPermissions.includes(account)) {
    throw new AwsError("InvalidRequest", AWS_TEXTS.noStorageAccess);
  }
  if (image.traits.virtualizationType === "paravirtual") {
    throw new AwsError("InvalidRequest", `Image ${imageId} is paravirtual, which cannot be stored.`);
  }
  const gib = image.devices.reduce((sum, { ebs }) => sum + (ebs?.volumeSize ?? 0), 0);
  if (gib > LARGEST_IMAGE_GB) {
    throw new AwsError("InvalidRequest", `Image ${imageId} is larger than ${LARGEST_IMAGE_GB} GB.`);
  }
  return image;
}

/** @throws InvalidRequest when a snapshot is not shared with the account by name, IncorrectState when it is archived */
function storableSnapshots(state: Ec2State, image: Image, account: string): readonly Snapshot[] {
  const snapshots = readable(state, image, account);
  if (snapshots === undefined) throw new AwsError("InvalidRequest", AWS_TEXTS.noStorageAccess);
  const archived = snapshots.find(({ storage }) => storage?.tier === "archive");
  if (archived === undefined) return snapshots;
  throw incorrectState(`Snapshot ${archived.snapshotId} is archived; restore it before you store the image.`);
}

/** The image's snapshots, which must be owned by the account or shared with it by name; undefined unless all of them are. */
function readable(state: Ec2State, image: Image, account: string): readonly Snapshot[] | undefined {
  const ids = snapshotIdsOf(image);
  const found = ids
    .flatMap((id) => anySnapshot(state, id, image.region) ?? [])
    .filter(({ owner, createVolumePermissions }) => {
      return owner === account || createVolumePermissions.includes(account);
    });
  return found.length === ids.length ? found : undefined;
}

/** @throws InvalidParameterValue for a bucket that does not exist, or is not in the Region of the call */
export function requireHere(cloud: Cloud, bucket: string, region: string): void {
  const lies = cloud.objects.regionOf(bucket);
  if (lies === region) return;
  const what = lies === undefined ? "does not exist" : `is in ${lies}, not in ${region}`;
  throw new AwsError("InvalidParameterValue", `The bucket ${bucket} ${what}.`);
}
