import { must } from "../../core/must";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import type { StoredImagesPort, StoredObject, StoreTask } from "./stored-images-port";
import { sdk } from "./sdk";

/** Maximum milliseconds for S3 to copy one part between Regions; it responds when the part is complete. */
const PART_TIMEOUTS = {
  connectionTimeout: 5_000,
  requestTimeout: 15 * 60_000,
  throwOnRequestTimeout: true,
} as const;

/** The checksum that S3 computes for a whole object, also if it is written in parts. */
const CHECKSUM = { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" } as const;

/** The port on real EC2 and S3; every call names the expected owner of the bucket, so that no other account's bucket is used. */
export function storedImagesPort({ account, region }: Place, entry: Entry): StoredImagesPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, region, entry) };
  });
  const loadS3 = lazily(() => {
    const s3 = sdk.s3();
    return { s3, client: clientOf(s3.S3Client, region, entry, { requestHandler: PART_TIMEOUTS }) };
  });

  return {
    async storeTasks(imageId) {
      const { ec2, client } = loadEc2();
      const { StoreImageTaskResults = [] } = await call(site("DescribeStoreImageTasks"), () =>
        client.send(new ec2.DescribeStoreImageTasksCommand({ ImageIds: [imageId] })),
      );
      return StoreImageTaskResults.map((task): StoreTask => ({
        startedAt: task.TaskStartTime?.toISOString() ?? "",
        bucket: task.Bucket ?? "",
        key: task.S3objectKey ?? "",
        state: task.StoreTaskState ?? "",
        percent: task.ProgressPercentage ?? 0,
        ...(task.StoreTaskFailureReason === undefined ? {} : { reason: task.StoreTaskFailureReason }),
      }));
    },

    async store(imageId, bucket, prefix) {
      const { ec2, client } = loadEc2();
      const Bucket = [bucket, ...prefix.split("/")].filter((part) => part !== "").join("/");
      await call(site("CreateStoreImageTask"), () =>
        client.send(new ec2.CreateStoreImageTaskCommand({ ImageId: imageId, Bucket })),
      );
    },

    async restore({ bucket, key, name, tags }) {
      const { ec2, client } = loadEc2();
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const answer = await call(site("CreateRestoreImageTask"), () =>
        client.send(
          new ec2.CreateRestoreImageTaskCommand({
            Bucket: bucket,
            ObjectKey: key,
            Name: name,
            TagSpecifications: [
              { ResourceType: "image", Tags },
              { ResourceType: "snapshot", Tags },
            ],
          }),
        ),
      );
      return must(answer.ImageId, "ImageId of CreateRestoreImageTask");
    },

    async object({ bucket, owner }, key) {
      const { s3, client } = loadS3();
      try {
        const head = await call(site(`HeadObject ${bucket}/${key}`), () =>
          client.send(
            new s3.HeadObjectCommand({
              Bucket: bucket,
              Key: key,
              ExpectedBucketOwner: owner,
              ChecksumMode: "ENABLED",
            }),
          ),
        );
        return viewOf(key, head);
      } catch (error) {
        if (isAwsError(error, "NotFound", "NoSuchKey", "404")) return undefined;
        throw error;
      }
    },

    async objectTags({ bucket, owner }, key) {
      const { s3, client } = loadS3();
      const { TagSet = [] } = await call(site(`GetObjectTagging ${bucket}/${key}`), () =>
        client.send(new s3.GetObjectTaggingCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: owner })),
      );
      return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
    },

    async keysBelow({ bucket, owner }, prefix) {
      const { s3, client } = loadS3();
      return call(site(`ListObjectsV2 ${bucket}`), async () => {
        const keys: string[] = [];
        const input = { Bucket: bucket, Prefix: prefix, ExpectedBucketOwner: owner };
        for await (const { Contents = [] } of s3.paginateListObjectsV2({ client }, input))
          keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
        return keys;
      });
    },

    async uploadsBelow({ bucket, owner }, prefix) {
      const { s3, client } = loadS3();
      const { Uploads = [] } = await call(site(`ListMultipartUploads ${bucket}`), () =>
        client.send(
          new s3.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ExpectedBucketOwner: owner }),
        ),
      );
      return Uploads.flatMap(({ Key: key = "", UploadId: id, Initiated }) =>
        id === undefined || !key.startsWith(prefix)
          ? []
          : [{ key, id, begunAt: Initiated?.toISOString() ?? "" }],
      );
    },

    async beginUpload({ bucket, owner }, key, { contentType, metadata, tags }) {
      const { s3, client } = loadS3();
      const { UploadId } = await call(site(`CreateMultipartUpload ${bucket}/${key}`), () =>
        client.send(
          new s3.CreateMultipartUploadCommand({
            Bucket: bucket,
            Key: key,
            ExpectedBucketOwner: owner,
            Metadata: { ...metadata },
            Tagging: new URLSearchParams({ ...tags }).toString(),
            ...(contentType === undefined ? {} : { ContentType: contentType }),
            ServerSideEncryption: "AES256",
            ...CHECKSUM,
          }),
        ),
      );
      return must(UploadId, "UploadId of CreateMultipartUpload");
    },

    async partsOf({ bucket, owner }, { key, id }) {
      const { s3, client } = loadS3();
      return call(site(`ListParts ${bucket}/${key}`), async () => {
        const parts: { number: number; etag: string; size: number }[] = [];
        const input = { Bucket: bucket, Key: key, UploadId: id, ExpectedBucketOwner: owner };
        // The SDK's paginator continues as long as there is a marker, which S3 also returns with the last page.
        for (let PartNumberMarker: string | undefined; ;) {
          const { Parts = [], ...page } = await client.send(
            new s3.ListPartsCommand({
              ...input,
              ...(PartNumberMarker === undefined ? {} : { PartNumberMarker }),
            }),
          );
          for (const { PartNumber, ETag, Size } of Parts) {
            if (PartNumber !== undefined && ETag !== undefined)
              parts.push({ number: PartNumber, etag: ETag, size: Size ?? 0 });
          }
          if (page.IsTruncated !== true || page.NextPartNumberMarker === undefined) return parts;
          PartNumberMarker = page.NextPartNumberMarker;
        }
      });
    },

    async copyPart({ bucket, owner }, { key, id }, from, { number, first, last }) {
      const { s3, client } = loadS3();
      const { CopyPartResult } = await call(site(`UploadPartCopy ${bucket}/${key}`), () =>
        client.send(
          new s3.UploadPartCopyCommand({
            Bucket: bucket,
            Key: key,
            UploadId: id,
            ExpectedBucketOwner: owner,
            PartNumber: number,
            CopySource: encodeURI(`${from.bucket}/${from.key}`),
            CopySourceIfMatch: from.etag,
            CopySourceRange: `bytes=${first}-${last}`,
            ExpectedSourceBucketOwner: from.owner,
          }),
        ),
      );
      return must(CopyPartResult?.ETag, "ETag of UploadPartCopy");
    },

    async completeUpload({ bucket, owner }, { key, id }, parts, size) {
      const { s3, client } = loadS3();
      await call(site(`CompleteMultipartUpload ${bucket}/${key}`), () =>
        client.send(
          new s3.CompleteMultipartUploadCommand({
            Bucket: bucket,
            Key: key,
            UploadId: id,
            ExpectedBucketOwner: owner,
            IfNoneMatch: "*",
            MpuObjectSize: size,
            ChecksumType: "FULL_OBJECT",
            MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
          }),
        ),
      );
    },

    async abortUpload({ bucket, owner }, { key, id }) {
      const { s3, client } = loadS3();
      await call(site(`AbortMultipartUpload ${bucket}/${key}`), () =>
        client.send(
          new s3.AbortMultipartUploadCommand({
            Bucket: bucket,
            Key: key,
            UploadId: id,
            ExpectedBucketOwner: owner,
          }),
        ),
      );
    },

    async deleteObject({ bucket, owner }, key) {
      const { s3, client } = loadS3();
      await call(site(`DeleteObject ${bucket}/${key}`), () =>
        client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: owner })),
      );
    },
  };
}

/** The parts of HeadObject's response that are used. */
interface Head {
  readonly ETag?: string | undefined;
  readonly ContentLength?: number | undefined;
  readonly ContentType?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
}

function viewOf(key: string, head: Head): StoredObject {
  const { ContentType, ChecksumCRC64NVME, ChecksumType } = head;
  return {
    key,
    etag: must(head.ETag, "ETag of HeadObject"),
    size: must(head.ContentLength, "ContentLength of HeadObject"),
    metadata: head.Metadata ?? {},
    ...(ContentType === undefined ? {} : { contentType: ContentType }),
    ...(ChecksumCRC64NVME === undefined || ChecksumType === "COMPOSITE"
      ? {}
      : { checksum: ChecksumCRC64NVME }),
  };
}
