import { DENIED, type AnswerEntry } from "../entry";

const OBJECT_CALLS = [
  "PutObject",
  "GetObject",
  "HeadObject",
  "CopyObject",
  "CreateMultipartUpload",
  "UploadPart",
  "UploadPartCopy",
  "CompleteMultipartUpload",
  "GetObjectTagging",
  "PutObjectTagging",
  "CreateStoreImageTask",
  "CreateRestoreImageTask",
];

/** What S3's words "Access Denied" mean for a call on an object. */
const OBJECT_DENIED: Omit<AnswerEntry, "codes"> = {
  cause:
    "the caller's own policy does not allow the action on this object or, for a bucket of another account, the bucket's policy does not",
  fix: "the caller's account must allow the action on the object's ARN (arn:aws:s3:::bucket/*), and the bucket's account must let the caller in by the bucket policy if it is another account",
  side: "caller",
  others: [
    {
      cause:
        "the object is under a customer managed key, and its key policy or the caller's policy lacks kms:Decrypt (to read) or kms:GenerateDataKey (to write)",
      fix: "the key's account must let the caller in by the key policy, and the caller's account must allow these on the key's ARN",
      side: "caller",
    },
    {
      cause:
        "a statement of the bucket policy denies it, such as one that requires another encryption, TLS or a VPC endpoint",
      fix: "check the Deny statements of the bucket policy and meet their conditions",
      side: "caller",
    },
    {
      cause: "the object does not exist, and S3 does not say so because the caller lacks s3:ListBucket",
      fix: "check the object's key, or allow s3:ListBucket on the bucket",
      side: "caller",
    },
  ],
  distinguish:
    "CloudTrail's S3 data event shows which policy denied it; a KMS event of the same request means that it was the key",
};

/** Buckets, objects and their replication. Source: S3 API reference, "Error responses"; S3 user guide, "Replication". */
export const STORAGE_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["NoSuchBucket", "DstBucketNotFound", "SrcBucketNotFound"],
    cause: "the bucket does not exist, or its name is misspelled",
    fix: "create the bucket, or correct its name; a replication rule names its destination by the bucket's ARN",
    side: "user",
  },
  {
    codes: ["NoSuchKey", "NoSuchVersion", "404", "SrcObjectNotFound", "SrcKeyNotFound"],
    cause: "the object or this version of it does not exist",
    fix: "check the key, its letter case and the version; without s3:ListBucket S3 returns AccessDenied instead",
    side: "user",
  },
  {
    codes: DENIED,
    text: /by the \w*Public\w+ (?:block public access )?setting/i,
    isSentence: true,
    cause:
      "S3 Block Public Access of the bucket, of account <account> or of its organisation blocks what would make the bucket public; the caller's permissions do not matter",
    fix: "name the principals in the bucket policy, or add a condition that limits them (aws:PrincipalOrgID, aws:SourceVpce); disable the setting that AWS's message names only for a bucket that must be public",
    side: "caller",
    byHand:
      "aws s3api get-public-access-block --bucket <bucket>, and aws s3control get-public-access-block --account-id <account id>",
  },
  {
    codes: ["403", "Forbidden"],
    operations: ["HeadBucket"],
    cause:
      "the caller's own policy does not allow s3:ListBucket on the bucket or, for a bucket of another account, the bucket policy does not",
    fix: "the caller's account must allow s3:ListBucket on the bucket's ARN, and the bucket's account must let the caller in by the bucket policy if it is another account",
    side: "caller",
    others: [
      {
        cause:
          "the bucket belongs to another account than the one that the call expects: names of buckets are unique across accounts",
        fix: "choose another name, or call with credentials of the bucket's account",
        side: "user",
      },
    ],
    distinguish:
      "S3 answers HEAD requests without a message: `aws s3api get-bucket-location --bucket <bucket>` by the same caller has one",
  },
  { ...OBJECT_DENIED, codes: [...DENIED, "403", "Forbidden"], operations: OBJECT_CALLS },
  {
    codes: DENIED,
    // only S3 returns these words alone
    text: /(?:^|[\s:])Access Denied$/,
    cause:
      "the caller's own policy does not allow the action on this bucket or object or, for a bucket of another account, the bucket's policy does not",
    fix: "the caller's account must allow the action on the ARN of the bucket or of its objects, and the bucket's account must let the caller in by the bucket policy if it is another account",
    side: "caller",
    others: [
      ...(OBJECT_DENIED.others ?? []),
      {
        cause:
          "the call names a role that the caller may not pass (PutBucketReplication needs iam:PassRole), or sets a public policy or ACL that S3 Block Public Access forbids",
        fix: "allow iam:PassRole on that role to the caller; name the accounts in the bucket policy instead of making it public",
        side: "caller",
      },
    ],
    distinguish: `the event of the call in CloudTrail shows which action was denied; ${OBJECT_DENIED.distinguish}`,
  },
  {
    codes: ["AccessControlListNotSupported"],
    cause: "Object Ownership of the bucket is set to bucket owner enforced, so ACLs are off",
    fix: "send no ACL, or only bucket-owner-full-control; put permissions into the bucket policy",
    side: "user",
  },
  {
    codes: ["InvalidRequest", "InvalidArgument", "InvalidBucketState"],
    text: /[Vv]ersioning/,
    cause:
      "versioning is not enabled on the bucket; replication needs it on the source and on every destination",
    fix: "enable versioning on the bucket that AWS's message names, then put the replication configuration again",
    side: "caller",
    byHand: "aws s3api put-bucket-versioning --bucket <bucket> --versioning-configuration Status=Enabled",
  },
  {
    codes: ["InvalidArgument"],
    text: "Unable to validate the following destination configurations",
    cause:
      "S3 may not send to the topic, queue or function: its policy does not let s3.amazonaws.com in for this bucket, it does not exist, or the policy of its customer managed key does not let S3 in",
    fix: "the owner of the topic or queue must allow sns:Publish or sqs:SendMessage to s3.amazonaws.com in its policy, with aws:SourceArn of the bucket and aws:SourceAccount of its account, and kms:GenerateDataKey and kms:Decrypt in the policy of its key (docs/permissions.md, S3EncryptsReplicationEvents)",
    side: "user",
    others: [
      {
        cause:
          "the topic or queue is encrypted under the AWS managed key (alias/aws/sns, alias/aws/sqs), whose policy cannot let S3 in",
        fix: "encrypt it under a customer managed key, or a queue with SSE-SQS",
        side: "user",
      },
    ],
    distinguish:
      "`aws s3api put-bucket-notification-configuration ... --debug` shows S3's reason next to each ARN",
  },
  {
    codes: ["DstBucketUnversioned"],
    cause: "versioning of the destination bucket was suspended or was never enabled",
    fix: "the destination's account must enable versioning on its bucket; then replicate the failed objects with S3 Batch Replication",
    side: "caller",
  },
  {
    codes: ["AssumeRoleNotPermitted"],
    cause:
      "S3 may not assume the replication role: it was deleted, or its trust policy does not name s3.amazonaws.com",
    fix: "the source's account must have the role and let s3.amazonaws.com assume it (batchoperations.s3.amazonaws.com for existing objects)",
    side: "source",
  },
  {
    codes: ["DstKmsKeyNotFound"],
    cause:
      "the key that the replication rule names does not exist in the destination bucket's Region, or is named by an alias of the source's account",
    fix: "name the destination's key in ReplicaKmsKeyID by its ARN",
    side: "caller",
  },
  {
    codes: [
      "DstPutObjectNotPermitted",
      "DstMultipartInitNotPermitted",
      "DstMultipartUploadNotPermitted",
      "DstMultipartPartUploadNotPermitted",
      "DstMultipartCompleteNotPermitted",
      "DstPutTaggingNotPermitted",
      "DstPutAclNotPermitted",
      "DstDelObjNotPermitted",
      "DstPutLegalHoldNotPermitted",
      "DstPutRetentionNotPermitted",
    ],
    cause:
      "the replication role may not write the replica: its own policy or the destination's bucket policy lacks the action (s3:ReplicateObject, ReplicateDelete, ReplicateTags, ObjectOwnerOverrideToBucketOwner)",
    fix: "the source's account must allow the action on the destination bucket to the replication role, and the destination's account must let that role in by its bucket policy",
    side: "caller",
    others: [
      {
        cause: "the role may not encrypt under the destination's key (kms:Encrypt or kms:GenerateDataKey)",
        fix: "the role's policy and the key policy of the destination's key must both allow it",
        side: "caller",
      },
    ],
    distinguish:
      "CloudTrail of the destination's account: a refused KMS event means that it was the key, a refused S3 data event that it was the bucket policy",
  },
  {
    codes: [
      "SrcGetObjectNotPermitted",
      "SrcHeadObjectNotPermitted",
      "SrcGetTaggingNotPermitted",
      "SrcGetAclNotPermitted",
      "InitiateReplicationNotPermitted",
    ],
    cause:
      "the replication role may not read the source object: its policy lacks s3:GetObjectVersionForReplication, GetObjectVersionAcl, GetObjectVersionTagging or (existing objects) InitiateReplication",
    fix: "the source's account must allow it to the replication role on its bucket's objects",
    side: "source",
    others: [
      {
        cause: "the role may not decrypt the object (kms:Decrypt on the source's key)",
        fix: "the source's account must allow kms:Decrypt on the object's key to the replication role, in its policy and in the key policy",
        side: "source",
      },
    ],
  },
  {
    codes: ["NoSuchUpload"],
    cause:
      "the multipart upload was completed or aborted in the meantime: by another run, by a lifecycle rule of the bucket, or by another principal that may abort uploads there",
    fix: "begin the upload again; keyferry run does so automatically",
    side: "user",
  },
  {
    codes: ["PreconditionFailed", "412"],
    cause:
      "the object is not the one that the call names by its ETag: it was overwritten since, or, if the call expects no object, one exists already",
    fix: "find out who writes to the bucket; read the object again, and repeat the call with its current ETag",
    side: "user",
  },
  {
    codes: ["BucketAlreadyExists"],
    cause: "another account has a bucket of this name: names are unique in all of AWS",
    fix: "choose another name",
    side: "user",
  },
  {
    codes: ["BucketAlreadyOwnedByYou"],
    cause: "account <account> has this bucket already",
    fix: "use it; Terraform must import it instead of creating it",
    side: "user",
  },
];
