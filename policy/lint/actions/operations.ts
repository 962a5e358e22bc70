/**
 * Operations of the S3 API that are often written as actions by mistake, with the actions that permit them.
 * Source: Amazon S3 user guide, Required permissions for Amazon S3 API operations.
 */
export const S3_OPERATIONS: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: "s3:PutObject",
  CopyObject: "s3:GetObject on the source and s3:PutObject on the copy",
  CreateMultipartUpload: "s3:PutObject",
  DeleteBucketEncryption: "s3:PutEncryptionConfiguration",
  DeleteBucketReplication: "s3:PutReplicationConfiguration",
  DeleteObjects: "s3:DeleteObject",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "s3:GetLifecycleConfiguration",
  GetBucketReplication: "s3:GetReplicationConfiguration",
  HeadBucket: "s3:ListBucket",
  HeadObject: "s3:GetObject",
  ListBuckets: "s3:ListAllMyBuckets",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  ListObjectVersions: "s3:ListBucketVersions",
  ListObjects: "s3:ListBucket",
  ListObjectsV2: "s3:ListBucket",
  ListParts: "s3:ListMultipartUploadParts",
  PutBucketEncryption: "s3:PutEncryptionConfiguration",
  PutBucketLifecycleConfiguration: "s3:PutLifecycleConfiguration",
  PutBucketReplication: "s3:PutReplicationConfiguration",
  UploadPart: "s3:PutObject",
  UploadPartCopy: "s3:GetObject on the source and s3:PutObject on the copy",
};
