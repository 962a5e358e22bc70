/**
 * The contents of a stored image's object. AWS's object includes the snapshots' data, too; here the data has only a
 * size and no content, so the object stays small regardless of what is stored.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { AwsError, type JsonObject } from "../../../../contract";
import type { Ec2State, Image, ImageDevice, ImageTraits, Snapshot } from "../../state";
import { tagsOf, type Tags } from "../../tags/tags";

const FORMAT = "keyferry-rehearsal-image/1";

/** One snapshot of a stored image: its size and the viewer's tags. */
export interface StoredSnapshot {
  readonly snapshotId: string;
  /** GiB. */
  readonly volumeSize: number;
  readonly dataBytes: number;
  readonly tags: Tags;
}

export interface StoredImage {
  readonly imageId: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  readonly traits: ImageTraits;
  readonly devices: readonly ImageDevice[];
  /** In the order of the devices. */
  readonly snapshots: readonly StoredSnapshot[];
  /** The tags of the account that stored it. */
  readonly tags: Tags;
}

/** All properties of an image that do not depend on its Region, its owner or the accounts that it is shared with. */
export function storedImage(
  state: Ec2State,
  image: Image,
  snapshots: readonly Snapshot[],
  viewer: string,
): StoredImage {
  const { imageId, region, name, description, devices } = image;
  return {
    imageId,
    region,
    name,
    description,
    traits: image.traits,
    devices,
    snapshots: snapshots.map(({ snapshotId, volumeSize, dataBytes }) => ({
      snapshotId,
      volumeSize,
      dataBytes,
      tags: tagsOf(state, viewer, snapshotId),
    })),
    tags: tagsOf(state, viewer, imageId),
  };
}

/** `ami-0123.bin` in the bucket, or in the folder that `Bucket` names after the bucket. */
export function placeOf(bucket: string, imageId: string): { readonly bucket: string; readonly key: string } {
  const [name = "", ...folders] = bucket.split("/").filter((part) => part !== "");
  return { bucket: name, key: [...folders, `${imageId}.bin`].join("/") };
}

export function pack(image: StoredImage): Buffer {
  return gzipSync(JSON.stringify({ format: FORMAT, image }));
}

/** @throws InvalidParameterValue for an object that was not created by storing an image */
export function unpack(object: Buffer): StoredImage {
  try {
    const { format, image } = JSON.parse(gunzipSync(object).toString("utf8")) as {
      readonly format?: string;
      readonly image?: StoredImage;
    };
    if (format === FORMAT && image !== undefined) return image;
  } catch {
    // Reported below.
  }
  throw new AwsError(
    "InvalidParameterValue",
    "The object is not an AMI that was stored with CreateStoreImageTask",
  );
}

/**
 * Source: EC2 user guide, "How AMI store and restore works": which data is attached to the object; its keys are not
 * documented.
 */
export function metadataOf(image: Image, now: Date): Record<string, string> {
  return {
    "ami-name": image.name,
    "ami-description": image.description ?? "",
    "ami-registration-date": image.creationDate,
    "ami-owner-account": image.owner,
    "ami-store-date": now.toISOString(),
  };
}

/** One task as DescribeStoreImageTasks shows it. */
export function taskAnswer(task: Ec2State["storeTasks"][string]): JsonObject {
  return {
    amiId: task.imageId,
    taskStartTime: new Date(task.startTime),
    bucket: task.bucket,
    s3objectKey: task.key,
    progressPercentage: Math.floor(task.progress),
    storeTaskState: task.state,
    storeTaskFailureReason: task.failureReason,
  };
}
