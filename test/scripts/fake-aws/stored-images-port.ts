import type { OwnedBucket, StoredImagesPort, StoreTask } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, idOf, type Change, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

/** A store image task; its object exists when it has ended. */
export interface FakeStoreTask {
  readonly imageId: string;
  readonly place: Place;
  readonly task: { -readonly [K in keyof StoreTask]: StoreTask[K] };
  readonly startedAt: number;
  readonly endsAt: number;
}

const GIB = 1024 ** 3;

/** Completes the tasks that are due: the object is written if the account is allowed to decrypt the snapshots. */
export function settleStoreTasks(cloud: FakeCloud, now: number): void {
  for (const { imageId, place, task, startedAt, endsAt } of cloud.storeTasks) {
    if (task.state !== "InProgress") continue;
    task.percent = Math.min(100, Math.floor(((now - startedAt) / (endsAt - startedAt)) * 100));
    if (now < endsAt) continue;
    const image = cloud.images.find(({ view, registered }) => registered && view.id === imageId);
    const refused = image && cloud.snapshotsOf(image).find(({ view }) => !mayRead(cloud, place, view.keyArn));
    if (image === undefined || refused !== undefined) {
      Object.assign(task, {
        state: "Failed",
        reason: `${refused?.view.snapshotId ?? imageId}: not accessible`,
      });
      continue;
    }
    Object.assign(task, { state: "Completed", percent: 100 });
    cloud.objects.put(task.bucket, {
      key: task.key,
      size: image.view.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB * GIB, 0),
      etag: `"stored-${endsAt}"`,
      metadata: { "ami-name": image.view.name },
      imageId,
    });
  }
}

function mayRead(cloud: FakeCloud, place: Place, keyArn: string | undefined): boolean {
  return keyArn === undefined || cloud.may(place.account, "kms:Decrypt", keyArn);
}

/** Images as objects: EC2 stores and restores them, S3 keeps them. S3 refuses only calls on buckets that do not exist or have another owner. */
export function storedImagesPort(
  cloud: FakeCloud,
  place: Place,
  guard: Guard,
  change: Change,
): StoredImagesPort {
  const { account, region } = place;
  const { objects } = cloud;
  const refuse = (operation: string, code: string, message: string) =>
    error(account, region, operation, code, message);
  const look = <T>(operation: string, bucket: OwnedBucket, read: () => T): T => {
    guard(account, region, operation);
    requireBucket(operation, bucket);
    cloud.settle();
    return structuredClone(read());
  };
  const write = <T>(operation: string, bucket: OwnedBucket, effect: () => T): Promise<T> =>
    change(account, region, operation, () => {
      requireBucket(operation, bucket);
      cloud.settle();
      return effect();
    });
  const requireBucket = (operation: string, { bucket, owner }: OwnedBucket) => {
    const is = cloud.buckets.get(bucket);
    if (is === undefined) throw refuse(operation, "NoSuchBucket", "The specified bucket does not exist");
    if (is !== owner) throw refuse(operation, "AccessDenied", "Access Denied");
  };
  return {
    storeTasks: async (imageId) => {
      guard(account, region, "DescribeStoreImageTasks");
      cloud.settle();
      const lag = (cloud.options.lagSeconds ?? 0) * 1000;
      const now = cloud.clock.now().getTime();
      return cloud.storeTasks
        .filter((one) => one.imageId === imageId && idOf(one.place) === idOf(place))
        .filter(({ startedAt }) => startedAt + lag <= now)
        .map(({ task }) => structuredClone(task))
        .reverse();
    },
    store: async (imageId, bucket, prefix) =>
      write("CreateStoreImageTask", { bucket, owner: account.id }, () => {
        const startedAt = cloud.clock.now().getTime();
        cloud.storeTasks.push({
          imageId,
          place,
          startedAt,
          endsAt: startedAt + (cloud.options.copySeconds ?? 60) * 1000,
          task: {
            startedAt: new Date(startedAt).toISOString(),
            bucket,
            key: `${prefix}${imageId}.bin`,
            state: "InProgress",
            percent: 0,
          },
        });
      }),
    restore: async ({ bucket, key, name, tags }) =>
      write("CreateRestoreImageTask", { bucket, owner: account.id }, () => {
        const object = objects.object({ bucket, owner: account.id }, key);
        if (object?.imageId === undefined)
          throw refuse("CreateRestoreImageTask", "NoSuchKey", "The specified key does not exist.");
        return cloud.restoreImage(place, object.imageId, name, tags);
      }),
    object: async (bucket, key) => look("HeadObject", bucket, () => objects.object(bucket, key)),
    objectTags: async (bucket, key) =>
      look("GetObjectTagging", bucket, () => objects.object(bucket, key)?.tags ?? {}),
    keysBelow: async (bucket, prefix) =>
      look("ListObjectsV2", bucket, () => objects.keysBelow(bucket, prefix)),
    uploadsBelow: async (bucket, prefix) =>
      look("ListMultipartUploads", bucket, () => objects.uploadsBelow(bucket, prefix)),
    beginUpload: (bucket, key, traits) =>
      write("CreateMultipartUpload", bucket, () => objects.beginUpload(bucket, key, traits)),
    partsOf: async (bucket, upload) => look("ListParts", bucket, () => objects.partsOf(upload)),
    copyPart: (bucket, upload, from, range) =>
      write("UploadPartCopy", bucket, () => objects.copyPart(upload, from, range)),
    completeUpload: (bucket, upload, parts, size) =>
      write("CompleteMultipartUpload", bucket, () => objects.completeUpload(bucket, upload, parts, size)),
    abortUpload: (bucket, { id }) =>
      write("AbortMultipartUpload", bucket, () => void objects.uploads.delete(id)),
    deleteObject: (bucket, key) =>
      write("DeleteObject", bucket, () => void objects.objects.delete(`${bucket.bucket}/${key}`)),
  };
}
