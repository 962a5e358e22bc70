import { bucketArn, imageArn, snapshotArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import { lineageKeys, SNAPSHOT_ID } from "../../shared/declare/ebs-calls";
import type { ObjectPlace } from "../../declared-kind";
import { AMI_LINEAGE } from "./lineage";

/** An example id: a policy cannot contain ids that are not known beforehand. */
const IMAGE_ID = "ami-0123456789abcdef0";

/** A writer may specify the encryption that the bucket uses by default. */
const UNDER_SSE_S3 = { "s3:x-amz-server-side-encryption": "AES256" };

/** The image becomes an object in a bucket of its account. Source: EC2 user guide, "How AMI store and restore works". */
export function storeCalls(caller: Caller, { bucket, prefix }: ObjectPlace): readonly ProofCall[] {
  const { partition, region, principal } = caller;
  const object = `${bucketArn(partition, bucket)}/${prefix}${IMAGE_ID}.bin`;
  const when = "the image is stored";
  return [
    callOf(caller, when, "ec2:CreateStoreImageTask", imageArn(region, IMAGE_ID), {
      context: { "ec2:Owner": principal.account },
      pins: ["ec2:Owner"],
    }),
    callOf(caller, when, "ec2:DescribeStoreImageTasks", "*", { pins: ["aws:RequestedRegion"] }),
    ...["ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks", "ebs:GetSnapshotBlock"].map((action) =>
      callOf(caller, `${when}: its blocks`, action, snapshotArn(region, SNAPSHOT_ID)),
    ),
    callOf(caller, when, "s3:ListBucket", bucketArn(partition, bucket)),
    ...["s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload"].map((action) =>
      callOf(caller, `${when}: its object`, action, object),
    ),
    callOf(caller, `${when}: its object`, "s3:PutObject", object, { context: UNDER_SSE_S3 }),
    ...["s3:GetObject", "s3:GetObjectTagging"].map((action) =>
      callOf(caller, "the object is copied: read", action, object),
    ),
    callOf(caller, "the object is no longer needed", "s3:DeleteObject", object),
  ];
}

/**
 * The object is copied into the destination's bucket, in that Region. An unfinished upload is continued.
 * @param owner 12-digit id of the bucket's account
 */
export function pushCalls(
  caller: Caller,
  { bucket, prefix }: ObjectPlace,
  owner: string,
): readonly ProofCall[] {
  const arn = bucketArn(caller.partition, bucket);
  const object = `${arn}/${prefix}${IMAGE_ID}-0123456789abcdef.bin`;
  const when = "the object is copied: written";
  return [
    ...["s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map(
      (action) => callOf(caller, when, action, object, { resourceAccount: owner }),
    ),
    callOf(caller, when, "s3:PutObject", object, { resourceAccount: owner, context: UNDER_SSE_S3 }),
    callOf(caller, "an unfinished upload is found", "s3:ListBucketMultipartUploads", arn, {
      resourceAccount: owner,
    }),
  ];
}

/** The object becomes an image again, in the destination's account. */
export function restoreCalls(
  caller: Caller,
  topology: string,
  { bucket, prefix }: ObjectPlace,
): readonly ProofCall[] {
  const { partition, region, principal } = caller;
  const arn = bucketArn(partition, bucket);
  const object = `${arn}/${prefix}${IMAGE_ID}-0123456789abcdef.bin`;
  const when = "the image is restored";
  const context = {
    "ec2:Owner": principal.account,
    "aws:RequestTag/keyferry:topology": topology,
    "aws:TagKeys": lineageKeys(AMI_LINEAGE),
  };
  return [
    ...[imageArn(region, IMAGE_ID), snapshotArn(region, SNAPSHOT_ID)].flatMap((resource) => [
      callOf(caller, when, "ec2:CreateRestoreImageTask", resource, { context }),
      callOf(caller, `${when}: its tags`, "ec2:CreateTags", resource, {
        context: { ...context, "ec2:CreateAction": "CreateRestoreImageTask" },
        pins: ["ec2:CreateAction"],
      }),
    ]),
    ...["ebs:StartSnapshot", "ebs:PutSnapshotBlock", "ebs:CompleteSnapshot"].map((action) =>
      callOf(caller, `${when}: its blocks`, action, snapshotArn(region, SNAPSHOT_ID)),
    ),
    callOf(caller, when, "s3:ListBucket", arn),
    callOf(caller, when, "s3:GetObject", object),
    callOf(caller, "the object is no longer needed", "s3:DeleteObject", object),
  ];
}
