import { bucketArn } from "@keyferry/common";
import type { PermissionRow, RowGrant } from "../../../../policy/row";
import type { ImageBucketUse, RunnerAccess, StoredAccess } from "../../../../policy/runner";
import { anywhere, inRegions, some } from "../../../../policy/runner-policy/row-grants";

const STORE_GUIDE = "EC2 user guide, Permissions for storing and restoring AMIs using S3";

/** Permissions of the runner role of the source account for images that are copied as objects. */
const SENDER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "StoreImages",
    actions: ["ec2:CreateStoreImageTask"],
    basis: "enforced",
    why: "EC2 stores the source image as one object in a bucket of its own account and Region; the role may not store images of other accounts",
    source: STORE_GUIDE,
    grant: (access) =>
      inRegions(access, regionsOf(access.stored?.storesIn), ["image"], {
        StringEquals: { "ec2:Owner": [access.account] },
      }),
  },
  {
    id: "FollowStoreTasks",
    actions: ["ec2:DescribeStoreImageTasks"],
    basis: "enforced",
    why: "only this action shows the progress of a store image task and the reason for a failure; it has no resource-level permissions",
    source: STORE_GUIDE,
    grant: ({ stored }) => anywhere(regionsOf(stored?.storesIn)),
  },
  {
    id: "ReadBlocks",
    actions: ["ebs:GetSnapshotBlock", "ebs:ListChangedBlocks", "ebs:ListSnapshotBlocks"],
    basis: "enforced",
    why: "EC2 reads the blocks of the image's snapshots on the caller's behalf",
    source: STORE_GUIDE,
    grant: (access) => inRegions(access, regionsOf(access.stored?.storesIn), ["snapshot"]),
  },
  {
    id: "KeepStoredImages",
    actions: [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:GetObjectTagging",
      "s3:PutObject",
      "s3:PutObjectTagging",
    ],
    basis: "enforced",
    why: "EC2 writes the object on the caller's behalf; the role copies it with its tags, and removes it after the copy has ended",
    source: `${STORE_GUIDE}; S3 user guide, Copying an object using multipart upload`,
    grant: ({ partition, stored }) => onObjects(partition, stored?.storesIn),
  },
  {
    id: "CopyIntoDestinations",
    actions: [
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
      "s3:PutObjectTagging",
    ],
    basis: "enforced",
    why: "the object is copied into the destination's bucket in parts, below the prefix of its rule; the destination's bucket policy allows the same",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ partition, stored }) => onObjects(partition, stored?.pushesInto),
  },
  {
    id: "FindUploads",
    actions: ["s3:ListBucketMultipartUploads"],
    basis: "enforced",
    why: "an upload that a crash left unfinished is found, and continued or aborted; the action applies to the bucket as a whole",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ partition, stored }) => onBuckets(partition, stored?.pushesInto),
  },
];

/** Permissions of the runner role of the account that restores them. */
const RECEIVER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RestoreImages",
    actions: ["ec2:CreateRestoreImageTask"],
    basis: "enforced",
    why: "the image is restored from the object, under the EBS default key of the account or unencrypted: the call accepts no key, so the same job then makes a copy under the home key",
    source: STORE_GUIDE,
    grant: (access) => inRegions(access, regionsOf(access.stored?.restoresFrom), ["image", "snapshot"]),
  },
  {
    id: "WriteBlocks",
    actions: ["ebs:CompleteSnapshot", "ebs:PutSnapshotBlock", "ebs:StartSnapshot"],
    basis: "enforced",
    why: "EC2 writes the blocks of the restored snapshots on the caller's behalf",
    source: STORE_GUIDE,
    grant: (access) => inRegions(access, regionsOf(access.stored?.restoresFrom), ["snapshot"]),
  },
  {
    id: "ReadReceivedImages",
    actions: ["s3:DeleteObject", "s3:GetObject"],
    basis: "enforced",
    why: "EC2 reads the object on the caller's behalf; the role compares it with the source's object, and removes it after the copy has ended",
    source: STORE_GUIDE,
    grant: ({ partition, stored }) => onObjects(partition, stored?.restoresFrom),
  },
];

/** Permissions of the runner role for images that are copied as objects (route `store-restore`). */
export const STORED_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  ...SENDER_ROWS,
  ...RECEIVER_ROWS,
  {
    id: "ListImageBuckets",
    actions: ["s3:ListBucket"],
    basis: "enforced",
    why: "EC2 requires it on both sides; without it, S3 does not report that an object does not exist",
    source: STORE_GUIDE,
    grant: ({ partition, stored }) => onBuckets(partition, ownBuckets(stored)),
  },
];

function ownBuckets(stored: StoredAccess | undefined): readonly ImageBucketUse[] {
  return stored === undefined ? [] : [...stored.storesIn, ...stored.restoresFrom];
}

function regionsOf(uses: readonly ImageBucketUse[] = []): readonly string[] {
  return [...new Set(uses.map(({ region }) => region))].sort();
}

function onObjects(partition: string, uses: readonly ImageBucketUse[] = []): RowGrant | undefined {
  return some(
    uses.flatMap(({ bucket, prefixes }) =>
      prefixes.map((prefix) => `${bucketArn(partition, bucket)}/${prefix}*`),
    ),
  );
}

function onBuckets(partition: string, uses: readonly ImageBucketUse[] = []): RowGrant | undefined {
  return some([...new Set(uses.map(({ bucket }) => bucketArn(partition, bucket)))]);
}
