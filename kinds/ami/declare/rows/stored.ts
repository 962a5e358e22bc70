import { bucketArn } from "@keyferry/common";
import type { PermissionRow, RowGrant } from "../../../../policy/row";
import type { ImageBucketUse, RunnerAccess, StoredAccess } from "../../../../policy/runner";
import { anywhere, inRegions, some } from "../../../../policy/runner-policy/row-grants";

const STORE_GUIDE = "EC2 user guide, Permissions for storing and restoring AMIs using S3";

/** What the runner role of the account may do whose images travel as objects. */
const SENDER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "StoreImages",
    actions: ["ec2:CreateStoreImageTask"],
    basis: "enforced",
    why: "EC2 stores the source image as one object in a bucket of its own account and Region; images of other accounts are none of the role's business",
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
    why: "how far a store image task is, and why it has failed, is told by this action alone; it has no resource-level permission",
    source: STORE_GUIDE,
    grant: ({ stored }) => anywhere(regionsOf(stored?.storesIn)),
  },
  {
    id: "ReadBlocks",
    actions: ["ebs:GetSnapshotBlock", "ebs:ListChangedBlocks", "ebs:ListSnapshotBlocks"],
    basis: "enforced",
    why: "EC2 reads the blocks of the image's snapshots in the caller's name",
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
    why: "EC2 writes the object in the caller's name; the script copies it with its tags, and removes it when the journey has ended",
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
    why: "the object is copied into the destination's bucket in parts, below the prefix of its rule; the destination's bucket policy says the same",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ partition, stored }) => onObjects(partition, stored?.pushesInto),
  },
  {
    id: "FindUploads",
    actions: ["s3:ListBucketMultipartUploads"],
    basis: "enforced",
    why: "an upload that a crash has left unfinished is found, and gone on with or aborted; the action is on the bucket as a whole",
    source: "S3 user guide, Multipart upload API and permissions",
    grant: ({ partition, stored }) => onBuckets(partition, stored?.pushesInto),
  },
];

/** What the runner role of the account may do that restores them. */
const RECEIVER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RestoreImages",
    actions: ["ec2:CreateRestoreImageTask"],
    basis: "enforced",
    why: "the image is restored from the object, under the EBS default key of the account or unencrypted: the call takes no key, so a copy under the home key follows in the same job",
    source: STORE_GUIDE,
    grant: (access) => inRegions(access, regionsOf(access.stored?.restoresFrom), ["image", "snapshot"]),
  },
  {
    id: "WriteBlocks",
    actions: ["ebs:CompleteSnapshot", "ebs:PutSnapshotBlock", "ebs:StartSnapshot"],
    basis: "enforced",
    why: "EC2 writes the blocks of the restored snapshots in the caller's name",
    source: STORE_GUIDE,
    grant: (access) => inRegions(access, regionsOf(access.stored?.restoresFrom), ["snapshot"]),
  },
  {
    id: "ReadReceivedImages",
    actions: ["s3:DeleteObject", "s3:GetObject"],
    basis: "enforced",
    why: "EC2 reads the object in the caller's name; the script compares it with the source's, and removes it when the journey has ended",
    source: STORE_GUIDE,
    grant: ({ partition, stored }) => onObjects(partition, stored?.restoresFrom),
  },
];

/** What the runner role may do with images that travel as objects (route `store-restore`). */
export const STORED_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  ...SENDER_ROWS,
  ...RECEIVER_ROWS,
  {
    id: "ListImageBuckets",
    actions: ["s3:ListBucket"],
    basis: "enforced",
    why: "EC2 asks for it on both sides, and without it S3 does not say that an object is not there",
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
